package dev.strata.savings.quotas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.access.rules.QuotaUses;
import dev.strata.access.rules.Quotas;
import dev.strata.access.policy.TestPolicy;
import dev.strata.access.policy.WithRules;
import dev.strata.oci.Digest;
import dev.strata.problem.ErrorCode;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.RegistryClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** How much repositories may have. */
@WithRules
class QuotasTest {

    @Autowired
    RegistryClient registry;

    @Autowired
    TestPolicy policy;

    @Autowired
    Quotas quotas;

    @Autowired
    QuotaUses uses;

    @AfterEach
    void lift() {
        policy.become("");
    }

    private void quota(String on, long bytes) {
        policy.become("quotas: [{on: " + on + ", bytes: " + bytes + "}]");
    }

    private Answer push(String repository, byte[] content) {
        return registry.post("/v2/" + repository + "/blobs/uploads/?digest=" + Content.sha256(content), content);
    }

    /** Waits until what was there before is counted. An upload that is begun takes nothing. */
    private void awaitUse(String repository, long limit, long used) {
        await().untilAsserted(() -> isRefused(
                registry.post("/v2/" + repository + "/blobs/uploads/"), limit, used, 0));
    }

    private static void isRefused(Answer answer, long limit, long used, long needed) {
        assertThat(answer).isError(403, ErrorCode.DENIED);
        var detail = answer.json().path("errors").path(0).path("detail");
        assertThat(detail.path("limit").longValue()).isEqualTo(limit);
        assertThat(detail.path("used").longValue()).isEqualTo(used);
        assertThat(detail.path("needed").longValue()).isEqualTo(needed);
    }

    @Test
    void whatFitsIsTakenAndNothingBeyondThat() {
        quota("fits/*", 10_000);
        assertThat(push("fits/one", Content.random(1, 6_000))).hasStatus(201);
        byte[] second = Content.random(2, 4_001);
        isRefused(push("fits/two", second), 10_000, 6_000, 4_001);
        assertThat(registry.getBlob("fits/two", Content.sha256(second))).hasStatus(404);
        assertThat(push("other/two", second)).hasStatus(201);
        assertThat(push("fits/two", Content.random(3, 4_000))).hasStatus(201);
        isRefused(registry.post("/v2/fits/three/blobs/uploads/"), 10_000, 10_000, 0);
    }

    @Test
    void aChunkIsRefusedBeforeItIsTaken() {
        quota("chunks/*", 10_000);
        String upload = registry.startUpload("chunks/one");
        Answer first = registry.patch(upload, Content.random(4, 6_000));
        assertThat(first).hasStatus(202);
        isRefused(registry.patch(first.location(), Content.random(5, 5_000)), 10_000, 0, 11_000);
        assertThat(registry.get(first.location())).hasHeader("Range", "0-5999");
        assertThat(registry.close(first.location(), Content.sha256(Content.random(4, 6_000)))).hasStatus(201);
    }

    @Test
    void eachBlobCountsOnceForAllRepositoriesOfAPattern() {
        quota("once/*", 10_000);
        byte[] shared = Content.random(6, 6_000);
        Digest digest = registry.pushBlob("once/one", shared);
        assertThat(push("once/two", Content.random(7, 1_000))).hasStatus(201);
        assertThat(registry.post("/v2/once/two/blobs/uploads/?mount=" + digest + "&from=once/one")).hasStatus(201);
        assertThat(push("once/three", shared)).as("needs more than there is, for all that is known").hasStatus(403);
        isRefused(push("once/three", Content.random(8, 3_001)), 10_000, 7_000, 3_001);
        assertThat(push("once/three", Content.random(8, 3_000))).hasStatus(201);
    }

    @Test
    void whatWasThereBeforeIsCountedAndWhatIsDeletedIsNot() {
        ManifestJson image = registry.pushBlobsOf("before/one", 9);
        registry.pushManifest("before/one", "v1", image);
        registry.pushBlobsOf("before/two", 9);
        registry.pushManifest("before/two", "v1", image);
        byte[] loose = Content.random(10, 777);
        registry.pushBlob("before/two", loose);
        long bytes = image.bytes().length + image.json().at("/config/size").longValue();
        for (var layer : image.json().path("layers")) {
            bytes += layer.path("size").longValue();
        }
        quota("before/*", bytes + 777);
        awaitUse("before/three", bytes + 777, bytes + 777);
        QuotaUses.Use use = uses.of(quotas.all().getFirst());
        assertThat(use.bytes()).isEqualTo(bytes + 777);
        assertThat(use.countedAt()).isPresent();
        assertThat(registry.delete(RegistryClient.blob("before/two", Content.sha256(loose)))).hasStatus(202);
        quota("before/*", bytes); // another quota is counted at once
        awaitUse("before/three", bytes, bytes);
    }

    @Test
    void aDeletionMakesRoomAtOnce() {
        quota("rooms/*", 10_000_000);
        byte[] shared = Content.random(12, 6_000);
        byte[] own = Content.random(13, 3_000);
        registry.pushBlob("rooms/one", own);
        registry.pushBlob("rooms/one", shared);
        registry.pushBlob("rooms/two", shared);
        ManifestJson image = registry.pushBlobsOf("rooms/one", 14);
        long before = usedOnceCounted();
        registry.pushManifest("rooms/one", "v1", image);
        assertThat(used()).isEqualTo(before + image.bytes().length);
        assertThat(registry.delete(RegistryClient.blob("rooms/one", Content.sha256(own)))).hasStatus(202);
        assertThat(used()).isEqualTo(before + image.bytes().length - 3_000);
        assertThat(registry.delete(RegistryClient.blob("rooms/one", Content.sha256(shared)))).hasStatus(202);
        assertThat(used()).as("another repository has it").isEqualTo(before + image.bytes().length - 3_000);
        assertThat(registry.delete("/v2/rooms/one/manifests/" + image.digest())).hasStatus(202);
        assertThat(registry.delete(RegistryClient.blob("rooms/two", Content.sha256(shared)))).hasStatus(202);
        assertThat(used()).isEqualTo(before - 9_000);
    }

    private long used() {
        return uses.of(quotas.all().getFirst()).bytes();
    }

    private long usedOnceCounted() {
        await().until(() -> uses.of(quotas.all().getFirst()).countedAt().isPresent());
        return used();
    }

    @Test
    void aManifestIsHeldToItAsWell() {
        ManifestJson image = registry.pushBlobsOf("manifest/one", 11);
        quota("manifest/*", 10);
        await().untilAsserted(
                () -> assertThat(registry.post("/v2/manifest/one/blobs/uploads/")).hasStatus(403));
        Answer refused = registry.putManifest("manifest/one", "v1", image.mediaType(), image.bytes());
        assertThat(refused).isError(403, ErrorCode.DENIED, "rule", "10 bytes on [manifest/*]");
        assertThat(registry.getManifest("manifest/one", "v1")).hasStatus(404);
        assertThat(refused.text()).contains("the quota is used up").doesNotContain("Exception");
        policy.become("");
        registry.pushManifest("manifest/one", "v1", image);
        assertThat(registry.getManifest("manifest/one", "v1").text()).isEqualTo(new String(image.bytes(), UTF_8));
    }
}
