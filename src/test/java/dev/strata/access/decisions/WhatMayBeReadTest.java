package dev.strata.access.decisions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.access.policy.TestPolicy;
import dev.strata.access.policy.WithRules;
import dev.strata.access.callers.TestCallers;
import dev.strata.oci.ChainId;
import dev.strata.oci.Digest;
import dev.strata.problem.ErrorCode;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.RegistryClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** Nothing of a repository that a caller may not read comes out by another way. */
@WithRules
class WhatMayBeReadTest {

    private static final String[] ALICE = {TestCallers.CALLER, "account alice"};
    private static final String[] BOB = {TestCallers.CALLER, "account bob"};

    @Autowired
    RegistryClient registry;

    @Autowired
    TestPolicy policy;

    @BeforeEach
    void grant() {
        policy.become("""
                grants:
                  - {who: [account:alice, account:bob], on: own/**, may: [pull, push, delete]}
                  - {who: "account:alice", on: [public/*, list/*/mine, list/b], may: pull}
                """);
    }

    /** Pushes an image whose history tells how its layer was made, and returns the layer's digest. */
    private Digest pushImage(String repository, String tag) {
        byte[] layer = Content.random(repository.hashCode(), 300);
        byte[] config = ("{\"architecture\":\"amd64\",\"os\":\"linux\",\"history\":[{\"created_by\":\"RUN make " + repository + "\"}],"
                        + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" + Content.sha256(layer) + "\"]}}")
                .getBytes(StandardCharsets.UTF_8);
        registry.pushBlob(repository, config);
        registry.pushBlob(repository, layer);
        registry.pushManifest(repository, tag, ManifestJson.image(config, layer));
        return Content.sha256(layer);
    }

    private List<String> catalog(String query, String... headers) {
        List<String> names = new ArrayList<>();
        Answer page = registry.get("/v2/_catalog" + query, headers);
        assertThat(page).isJson(200);
        page.json().get("repositories").forEach(name -> names.add(name.stringValue()));
        while (page.find("Link").isPresent()) {
            String link = page.header("Link");
            page = registry.get(link.substring(1, link.indexOf('>')), headers);
            page.json().get("repositories").forEach(name -> names.add(name.stringValue()));
        }
        return names;
    }

    @Test
    void theCatalogHasFullPagesOfWhatMayBeRead() {
        for (String name : List.of("list/a", "list/a/mine", "list/b", "list/b/mine", "list/b/theirs", "list/c/mine",
                "list/c/x/mine", "list/d", "listed")) {
            registry.pushBlob(name, Content.random(1, 10));
        }
        List<String> mine = List.of("list/a/mine", "list/b", "list/b/mine", "list/c/mine");
        assertThat(catalog("", ALICE)).containsAll(mine).doesNotContain("list/a", "list/b/theirs", "list/c/x/mine", "list/d", "listed");
        Answer page = registry.get("/v2/_catalog?n=3&last=list", ALICE);
        assertThat(page.json().get("repositories").toString()).isEqualTo("[\"list/a/mine\",\"list/b\",\"list/b/mine\"]");
        assertThat(page).hasHeader("Link", "</v2/_catalog?n=3&last=list/b/mine>; rel=\"next\"");
        for (int n = 1; n < 6; n++) {
            assertThat(catalog("?last=list&n=" + n, ALICE)).startsWith(mine.toArray(String[]::new));
        }
        assertThat(catalog("", TestCallers.CALLER, "account nobody")).isEmpty();
        assertThat(catalog("", TestCallers.CALLER, "account alice", TestCallers.TOKEN, "list/d=pull list/e=pull list/c=push"))
                .containsExactly("list/d");
    }

    @Test
    void aMountFromElsewhereIsAnUpload() {
        byte[] secret = Content.random(11, 500);
        byte[] shared = Content.random(12, 500);
        Digest secretDigest = registry.pushBlob("secret/app", secret);
        Digest sharedDigest = registry.pushBlob("public/base", shared);
        for (String from : List.of("&from=secret/app", "", "&from=secret/none")) {
            Answer started = registry.post("/v2/own/mounts/blobs/uploads/?mount=" + secretDigest + from, ALICE);
            assertThat(started).hasStatus(202);
            assertThat(registry.delete(started.location(), ALICE)).hasStatus(204);
        }
        assertThat(registry.getBlob("own/mounts", secretDigest, ALICE).status()).isEqualTo(404);
        for (String from : List.of("&from=public/base", "")) {
            assertThat(registry.post("/v2/own/mounts/blobs/uploads/?mount=" + sharedDigest + from, ALICE)).hasStatus(201);
        }
        // Another one: what is here already may be read.
        Digest otherDigest = registry.pushBlob("public/base", Content.random(13, 500));
        assertThat(registry.post("/v2/own/mounts/blobs/uploads/?mount=" + otherDigest + "&from=public/base", BOB))
                .hasStatus(202);
        // A token has to carry the source too.
        assertThat(registry.post(
                        "/v2/own/mounts/blobs/uploads/?mount=" + otherDigest + "&from=public/base",
                        TestCallers.CALLER, "account alice", TestCallers.TOKEN, "own/mounts=pull,push"))
                .hasStatus(202);
        assertThat(registry.post(
                        "/v2/own/mounts/blobs/uploads/?mount=" + otherDigest + "&from=public/base",
                        TestCallers.CALLER, "account alice", TestCallers.TOKEN, "own/mounts=pull,push public/base=pull"))
                .hasStatus(201);
    }

    @Test
    void anUploadBelongsToWhoBeganIt() {
        Answer started = registry.post("/v2/own/uploads/blobs/uploads/", ALICE);
        byte[] content = Content.random(21, 100);
        Digest digest = Content.sha256(content);
        String location = started.location();
        assertThat(registry.get(location, BOB)).isError(404, ErrorCode.BLOB_UPLOAD_UNKNOWN);
        assertThat(registry.patch(location, content, BOB)).isError(404, ErrorCode.BLOB_UPLOAD_UNKNOWN);
        assertThat(registry.put(RegistryClient.withDigest(location, digest), content, BOB))
                .isError(404, ErrorCode.BLOB_UPLOAD_UNKNOWN);
        assertThat(registry.delete(location, BOB)).isError(404, ErrorCode.BLOB_UPLOAD_UNKNOWN);
        assertThat(registry.put(RegistryClient.withDigest(location, digest), content, ALICE)).hasStatus(201);
    }

    /** A base that may not be read is one that is not here. */
    @ParameterizedTest
    @CsvSource({"public/bases, true", "secret/bases, false", "secret/none, false"})
    void aBaseIsReadable(String repository, boolean isFound) {
        if (!repository.endsWith("none")) {
            pushImage(repository, "v1");
        }
        registry.pushBlob("own/builds", Content.random(1, 10));
        String body = "{\"platform\":\"linux/amd64\",\"stages\":[{\"name\":\"final\",\"base\":{\"reference\":\"" + repository
                + ":v1\"},\"steps\":[{\"op\":\"run\",\"argv\":[\"make\"]}]}]}";
        for (String endpoint : List.of("resolve", "explain")) {
            Answer answer = registry.post(
                    "/v2/own/builds/_strata/cache/" + endpoint, body.getBytes(StandardCharsets.UTF_8), ALICE);
            assertThat(answer).isJson(200);
            JsonNode step = answer.json().get("stages").get(0).get("steps").get(0);
            assertThat(step.get("reason").stringValue()).isEqualTo(isFound ? "NEVER_SEEN" : "INCOMPLETE");
        }
        Answer asked = registry.get(
                "/v2/own/builds/_strata/cache/layer?platform=linux/amd64&instruction=RUN%20make&parent=" + repository + ":v1",
                ALICE);
        assertThat(asked.status()).isEqualTo(isFound ? 404 : 400);
    }

    /** Until the figures are those of what was pushed. */
    private void settle() {
        await().until(() -> registry.get("/api/savings").json().path("pending").intValue() == 0);
    }

    @Test
    void figuresNameNoRepositoryThatMayNotBeRead() {
        ManifestJson shared = registry.pushBlobsOf("public/figures", 41);
        registry.pushManifest("public/figures", "v1", shared);
        registry.pushImage("secret/figures", "v1", 41);
        Digest hidden = pushImage("secret/figures", "v2");
        settle();
        assertThat(registry.get("/api/savings/repositories?q=figures", ALICE).text())
                .contains("public/figures")
                .doesNotContain("secret/figures");
        assertThat(registry.get("/api/savings/repositories/public/figures/image?reference=v1", ALICE).text())
                .doesNotContain("secret/figures");
        assertThat(registry.get("/api/savings/repositories/secret/figures/tags", ALICE))
                .isError(404, ErrorCode.NAME_UNKNOWN);
        byte[] wish = "{\"repositories\":[\"secret/figures\"]}".getBytes(StandardCharsets.UTF_8);
        assertThat(registry.post("/api/savings/freed", wish, ALICE)).isError(404, ErrorCode.NAME_UNKNOWN);
        assertThat(registry.get("/api/savings", ALICE)).hasStatus(200);
        String open = registry.get("/api/savings/layers?breadth=100").text();
        assertThat(open).contains("secret/figures", "RUN make secret/figures");
        assertThat(registry.get("/api/savings/layers?breadth=100", ALICE).text())
                .contains("public/figures")
                .doesNotContain("secret/figures", "RUN make secret/figures");
        assertThat(registry.get("/api/savings/bases", ALICE).text()).doesNotContain("secret/figures");
        assertThat(registry.get("/api/savings/bases?n=100", ALICE).text())
                .contains(shared.json().at("/layers/0/digest").stringValue());
        assertThat(registry.get("/api/savings/blobs/" + hidden, ALICE)).isError(404, ErrorCode.BLOB_UNKNOWN);
        assertThat(registry.get("/api/savings/blobs/" + hidden)).hasStatus(200);
    }

    @Test
    void layersOfRepositoriesThatMayNotBeReadAreCountedAndNotShown() {
        byte[] config = "{\"architecture\":\"amd64\",\"os\":\"linux\"}".getBytes(StandardCharsets.UTF_8);
        byte[] base = Content.random(901, 300);
        byte[] open = Content.random(902, 301);
        byte[] hidden = Content.random(903, 302);
        byte[] hiddenBase = Content.random(904, 303);
        for (String repository : List.of("public/tree", "secret/tree")) {
            for (byte[] blob : List.of(config, base)) {
                registry.pushBlob(repository, blob);
            }
        }
        registry.pushBlob("public/tree", open);
        registry.pushManifest("public/tree", "v1", ManifestJson.image(config, base, open));
        for (byte[] blob : List.of(open, hidden, hiddenBase)) {
            registry.pushBlob("secret/tree", blob);
        }
        registry.pushManifest("secret/tree", "v1", ManifestJson.image(config, base, hidden));
        registry.pushManifest("secret/tree", "v2", ManifestJson.image(config, hiddenBase, open));
        registry.pushManifest("secret/tree", "v3", ManifestJson.image(config, hiddenBase));

        settle();
        String tree = "/api/savings/layers?breadth=100&depth=16";
        assertThat(registry.get(tree).text())
                .contains(Content.sha256(hidden).toString(), Content.sha256(hiddenBase).toString());
        String shown = registry.get(tree, ALICE).text();
        assertThat(shown)
                .contains(Content.sha256(base).toString(), Content.sha256(open).toString())
                .doesNotContain(Content.sha256(hidden).toString(), Content.sha256(hiddenBase).toString())
                .doesNotContain("\"size\":302", "\"size\":303");
        Answer onBase = registry.get("/api/savings/layers?stack=" + Content.sha256(base), ALICE);
        assertThat(onBase.json().path("layers")).hasSize(1);
        assertThat(onBase.json().path("others").toString()).isEqualTo("{\"children\":1,\"images\":1}");
        assertThat(registry.get("/api/savings/layers?stack=" + Content.sha256(hiddenBase), ALICE))
                .isError(404, ErrorCode.BLOB_UNKNOWN);
        assertThat(registry.get("/api/savings/layers?stack=" + Content.sha256(hiddenBase))).hasStatus(200);
        // What stands on a layer that is not shown is not shown either, if it is elsewhere too.
        String onHidden = ChainId.ofLayers(List.of(Content.sha256(hiddenBase), Content.sha256(open))).orElseThrow().toString();
        assertThat(registry.get("/api/savings/layers?stack=" + onHidden)).hasStatus(200);
        assertThat(registry.get("/api/savings/layers?stack=" + onHidden, ALICE)).isError(404, ErrorCode.BLOB_UNKNOWN);
        assertThat(registry.get("/api/savings/bases?n=100").text()).contains(Content.sha256(hiddenBase).toString());
        assertThat(registry.get("/api/savings/bases?n=100", ALICE).text())
                .contains(Content.sha256(base).toString())
                .doesNotContain(Content.sha256(hiddenBase).toString());
    }

    @Test
    void metricsAreForAdministratorsAndHealthForAll() {
        assertThat(registry.get("/actuator/health", TestCallers.CALLER, "anonymous")).hasStatus(200);
        assertThat(registry.get("/actuator/health/liveness", TestCallers.CALLER, "anonymous")).hasStatus(200);
        for (String path : List.of("/actuator/prometheus", "/actuator", "/actuator/info", "/actuator/./prometheus",
                "/actuator/health/../prometheus", "//actuator/prometheus", "/actuator;x/prometheus", "/%61ctuator/prometheus",
                "/actuator/prometheus/")) {
            assertThat(registry.get(path, ALICE).status()).as(path).isIn(403, 404, 400);
            assertThat(registry.get(path, TestCallers.CALLER, "anonymous").status()).as(path).isIn(401, 404, 400);
        }
        policy.become("grants: [{who: 'account:alice', may: admin}]");
        assertThat(registry.get("/actuator/prometheus", ALICE)).hasStatus(200);
    }
}
