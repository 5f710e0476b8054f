package dev.strata.registry.http;

import static dev.strata.testing.RegistryClient.blob;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.oci.Digest;
import dev.strata.problem.ErrorCode;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.RawConnection;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What another repository has is not sent: {@code strata.registry.auto-mount}, as it is by default. */
@RegistryTest
class AutoMountTest {

    @Autowired
    RegistryClient registry;

    @Test
    void whoAsksForWhatAnotherRepositoryHasDoesNotSendIt() {
        byte[] config = Content.random(7_001, 100);
        byte[] layer = Content.random(7_002, 5_000);
        registry.pushBlob("auto/first", config);
        registry.pushBlob("auto/first", layer);
        for (byte[] content : new byte[][] {config, layer}) {
            assertThat(registry.head(blob("auto/second", Content.sha256(content))))
                    .hasStatus(200)
                    .hasHeader("Docker-Content-Digest", Content.sha256(content).toString())
                    .hasNoBodyOf(content.length);
        }
        registry.pushManifest("auto/second", "1", ManifestJson.image(config, layer));
        assertThat(registry.getBlob("auto/second", Content.sha256(layer))).hasBody(layer);
    }

    @Test
    void aPullLinksNothing() {
        Digest digest = registry.pushBlob("auto/pulled", Content.random(7_011, 100));
        for (int i = 0; i < 2; i++) {
            assertThat(registry.getBlob("auto/nowhere", digest)).isError(404, ErrorCode.NAME_UNKNOWN);
        }
    }

    @Test
    void whatIsNowhereIsNotThere() {
        Digest digest = Content.sha256(Content.random(7_021, 100));
        assertThat(registry.head(blob("auto/empty", digest))).hasStatus(404);
        assertThat(registry.get("/v2/auto/empty/tags/list")).as("asking makes no repository").isError(404, ErrorCode.NAME_UNKNOWN);
    }

    @Test
    void anUploadThatBeginsWithTheDigestEndsThere() {
        byte[] content = Content.random(7_031, 1_000);
        Digest digest = registry.pushBlob("auto/sent", content);
        Answer spared = registry.post(push("auto/not-sent", digest));
        assertThat(spared)
                .hasStatus(201)
                .hasHeader("Location", registry.origin() + blob("auto/not-sent", digest))
                .hasHeader("Docker-Content-Digest", digest.toString());
        assertThat(registry.getBlob("auto/not-sent", digest)).hasBody(content);
    }

    @Test
    void whoWaitsToBeAskedForTheBodyIsNotAsked() {
        byte[] content = Content.random(7_041, 1_000);
        Digest digest = registry.pushBlob("auto/asked", content);
        try (RawConnection connection = registry.connect()) {
            assertThat(connection
                            .head(
                                    "POST " + push("auto/not-asked", digest) + " HTTP/1.1",
                                    "Host: localhost",
                                    "Content-Length: 1000",
                                    "Expect: 100-continue")
                            .answer())
                    .hasStatus(201);
        }
        assertThat(registry.getBlob("auto/not-asked", digest)).hasBody(content);
    }

    @Test
    void whatIsSentIsCheckedAllTheSame() {
        Digest digest = registry.pushBlob("auto/right", Content.random(7_051, 100));
        assertThat(registry.post(push("auto/wrong", digest), Content.random(7_052, 100)))
                .isError(400, ErrorCode.DIGEST_INVALID);
        assertThat(registry.post(push("auto/wrong", Content.sha256(Content.random(7_053, 100)))))
                .as("nothing is sent, and nothing is here")
                .isError(400, ErrorCode.DIGEST_INVALID);
    }

    @Test
    void aMountNeedsNotKnowWhereTheBlobIs() {
        byte[] content = Content.random(7_061, 100);
        Digest digest = registry.pushBlob("auto/owner", content);
        registry.pushBlob("auto/bystander", Content.random(7_062, 100));
        assertThat(registry.post(mount("auto/heir", digest) + "&from=auto/bystander")).hasStatus(201);
        assertThat(registry.getBlob("auto/heir", digest)).hasBody(content);
    }

    @Test
    void theLayerCacheSaysThatItIsNotMissing() {
        Digest there = registry.pushBlob("auto/cached", Content.random(7_071, 100));
        Digest nowhere = Content.sha256(Content.random(7_072, 100));
        assertThat(missing("auto/cache", there, nowhere)).isEqualTo("[\"" + nowhere + "\"]");
        assertThat(registry.getBlob("auto/cache", there)).hasStatus(200);
    }

    /** Who deletes a blob and looks has to see that it is gone; who pushes it has it again. */
    @Test
    void whatWasDeletedDoesNotComeBackByAQuestion() {
        byte[] content = Content.random(7_081, 100);
        Digest digest = registry.pushBlob("auto/keeps", content);
        registry.pushBlob("auto/deletes", content);
        for (int i = 0; i < 2; i++) {
            assertThat(registry.delete(blob("auto/deletes", digest))).hasStatus(202);
            assertThat(registry.head(blob("auto/deletes", digest))).hasStatus(404);
            assertThat(missing("auto/deletes", digest)).contains(digest.toString());
            assertThat(registry.post(push("auto/deletes", digest))).hasStatus(201);
            assertThat(registry.head(blob("auto/deletes", digest))).hasStatus(200);
        }
        assertThat(registry.head(blob("auto/other", digest))).as("it was not deleted there").hasStatus(200);
    }

    @Test
    void whatIsSparedIsCounted() {
        Digest digest = registry.pushBlob("auto/counted", Content.random(7_091, 1_234));
        double blobs = registry.meter("strata_blob_auto_mounted_total");
        double received = registry.meter("strata_blob_received_bytes_total");
        long bytes = autoMounted();
        for (int i = 0; i < 2; i++) {
            assertThat(registry.head(blob("auto/spared", digest))).hasStatus(200);
        }
        assertThat(registry.meter("strata_blob_auto_mounted_total") - blobs).isEqualTo(1);
        assertThat(registry.meter("strata_blob_received_bytes_total") - received).isZero();
        assertThat(autoMounted() - bytes).isEqualTo(1_234);
    }

    private long autoMounted() {
        await("the books").until(() -> registry.get("/api/savings").json().path("pending").intValue() == 0);
        return registry.get("/api/savings").json().at("/transfer/auto_mounted").longValue();
    }

    private String missing(String repository, Digest... digests) {
        String asked = "{\"digests\":[\"" + String.join("\",\"", Arrays.stream(digests).map(Digest::toString).toList()) + "\"]}";
        Answer answer = registry.post("/v2/" + repository + "/_strata/cache/missing", asked.getBytes(UTF_8));
        assertThat(answer).hasStatus(200);
        return answer.json().get("missing").toString();
    }

    private static String push(String repository, Digest digest) {
        return "/v2/" + repository + "/blobs/uploads/?digest=" + digest;
    }

    private static String mount(String repository, Digest digest) {
        return "/v2/" + repository + "/blobs/uploads/?mount=" + digest;
    }
}
