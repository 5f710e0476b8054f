package dev.strata.cache.imagefiles;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.cache.http.TestLayer;
import dev.strata.oci.Digest;
import dev.strata.problem.ErrorCode;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import dev.strata.testing.TestTar;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** What people are told of the files in an image. */
@RegistryTest
class ImageContentsTest {

    @Autowired
    RegistryClient registry;

    private static String path(String repository, String query) {
        return "/api/repositories/" + repository + "/contents?reference=1" + query;
    }

    /** Pushes an image of one layer under the tag 1. */
    private TestLayer push(String repository, TestTar tar) {
        TestLayer layer = TestLayer.gzip(tar.bytes());
        byte[] config = ("{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
                        + layer.diffId() + "\"]}}")
                .getBytes(UTF_8);
        registry.pushBlob(repository, config);
        registry.pushBlob(repository, layer.content());
        registry.pushManifest(repository, "1", ManifestJson.image(config, layer.content()));
        return layer;
    }

    @Test
    void eachFileOfALayerIsListedAPageAtATime() {
        TestTar tar = new TestTar().directory("many");
        List<String> paths = new ArrayList<>(List.of("/many"));
        for (int i = 0; i < 3_000; i++) {
            String name = "many/" + "a-long-name-".repeat(5) + i;
            tar.file(name, "content " + i);
            paths.add("/" + name);
        }
        TestLayer layer = push("contents/pages", tar);
        JsonNode before = registry.get(path("contents/pages", "")).json().get("layers");
        assertThat(before).hasSize(1);
        assertThat(before.get(0).get("digest").stringValue()).isEqualTo(layer.digest().toString());

        List<String> found = new ArrayList<>();
        String next = "0";
        while (!next.isEmpty()) {
            Answer page = registry.get(path("contents/pages", "&layer=" + layer.digest() + "&n=190&after=" + next));
            assertThat(page.status()).isEqualTo(200);
            assertThat(page.json().get("listed").booleanValue()).isTrue();
            page.json().get("files").forEach(file -> found.add(file.get("path").stringValue()));
            next = page.json().path("next").asString("");
            assertThat(found.size()).isLessThanOrEqualTo(paths.size());
        }

        assertThat(found).isEqualTo(paths);
        JsonNode after = registry.get(path("contents/pages", "")).json().get("layers").get(0);
        assertThat(after.get("entries").intValue()).isEqualTo(paths.size());
    }

    @Test
    void aFileIsToldWithAllThatCounts() {
        TestLayer layer = push("contents/file", new TestTar().mode(0755).owner(7).file("app", "hello").link("run", "app"));
        JsonNode files = registry.get(path("contents/file", "&layer=" + layer.digest())).json().get("files");
        JsonNode file = files.get(0);
        assertThat(file.get("type").stringValue()).isEqualTo("file");
        assertThat(file.get("mode").stringValue()).isEqualTo("0755");
        assertThat(file.get("uid").intValue()).isEqualTo(7);
        assertThat(file.get("size").intValue()).isEqualTo(5);
        assertThat(file.get("sha256").stringValue())
                .isEqualTo(Content.sha256("hello".getBytes(UTF_8)).hex());
        assertThat(files.get(1).get("target").stringValue()).isEqualTo("app");
    }

    @Test
    void aLayerThatIsNoTarIsNotListed() {
        TestLayer layer = push("contents/none", new TestTar().raw(new byte[] {1, 2, 3}));
        JsonNode answer = registry.get(path("contents/none", "&layer=" + layer.digest())).json();
        assertThat(answer.get("listed").booleanValue()).isFalse();
        assertThat(answer.get("files")).isEmpty();
    }

    @Test
    void whatIsNotThereIsAnError() {
        push("contents/errors", new TestTar().file("a", ""));
        Digest other = TestLayer.of(4_200).digest();
        assertThat(registry.get(path("contents/errors", "&layer=" + other))).isError(404, ErrorCode.BLOB_UNKNOWN);
        assertThat(registry.get(path("contents/errors", "&platform=linux/arm64")).status()).isEqualTo(200);
        assertThat(registry.get("/api/repositories/contents/errors/contents?reference=2")).isError(404, ErrorCode.MANIFEST_UNKNOWN);
        assertThat(registry.get("/api/repositories/contents/errors/contents").status()).isEqualTo(400);
    }
}
