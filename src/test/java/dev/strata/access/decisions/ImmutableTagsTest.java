package dev.strata.access.decisions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.access.policy.TestPolicy;
import dev.strata.access.policy.WithRules;
import dev.strata.access.callers.TestCallers;
import dev.strata.oci.Digest;
import dev.strata.problem.ErrorCode;
import dev.strata.testing.Answer;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.RegistryClient;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Tags that always point at the same manifest, for everyone. */
@WithRules
class ImmutableTagsTest {

    private static final String RULE = "[v*] on [released/*]";

    @Autowired
    RegistryClient registry;

    @Autowired
    TestPolicy policy;

    @BeforeEach
    void rule() {
        policy.become("""
                grants: [{who: "account:root", may: admin}]
                immutable: [{on: released/*, tags: v*}]
                """);
    }

    @Test
    void pointAtTheManifestThatTheyPointAt() {
        Digest first = registry.pushImage("released/moved", "v1", 1);
        ManifestJson other = registry.pushBlobsOf("released/moved", 2);
        assertThat(registry.putManifest("released/moved", "v1", other.mediaType(), other.bytes()))
                .isError(409, ErrorCode.DENIED, "tag", "v1", "rule", RULE);
        assertThat(registry.put(
                        RegistryClient.manifest("released/moved", "v1"), other.bytes(),
                        "Content-Type", other.mediaType().value(), TestCallers.CALLER, "account root"))
                .isError(409, ErrorCode.DENIED, "rule", RULE);
        Answer further = registry.putManifest(
                "released/moved", other.digest() + "?tag=latest&tag=v1", other.mediaType(), other.bytes());
        assertThat(further).isError(409, ErrorCode.DENIED, "tag", "v1");
        // Nothing of what was refused is there.
        assertThat(registry.getManifest("released/moved", other.digest())).hasStatus(404);
        assertThat(registry.getManifest("released/moved", "latest")).hasStatus(404);
        assertThat(registry.getManifest("released/moved", "v1")).hasHeader("Docker-Content-Digest", first.toString());
    }

    /** Clients push twice. */
    @Test
    void takeTheSameManifestAgain() {
        Digest first = registry.pushImage("released/twice", "v1", 1);
        assertThat(registry.pushImage("released/twice", "v1", 1)).isEqualTo(first);
    }

    @Test
    void stay() {
        Digest digest = registry.pushImage("released/kept", "v1", 1);
        registry.pushImage("released/kept", "latest", 1);
        assertThat(registry.delete(RegistryClient.manifest("released/kept", "v1")))
                .isError(409, ErrorCode.DENIED, "tag", "v1", "rule", RULE);
        assertThat(registry.delete(RegistryClient.manifest("released/kept", digest)))
                .isError(409, ErrorCode.DENIED, "tag", "v1");
        assertThat(registry.getManifest("released/kept", "latest")).hasStatus(200);
        assertThat(registry.delete(RegistryClient.manifest("released/kept", "latest"))).hasStatus(202);
        assertThat(registry.delete(RegistryClient.manifest("released/kept", "v2")))
                .isError(404, ErrorCode.MANIFEST_UNKNOWN);
    }

    /** What they point at would be broken otherwise. */
    @Test
    void keepAllThatTheyPointAt() {
        ManifestJson image = registry.pushBlobsOf("released/parts", 3);
        registry.pushManifest("released/parts", image.digest(), image);
        registry.pushManifest("released/parts", "v1", ManifestJson.index(image.descriptor()));
        Digest blob = Digest.of(image.json().get("layers").get(0).get("digest").stringValue());
        assertThat(registry.delete(RegistryClient.manifest("released/parts", image.digest())))
                .isError(409, ErrorCode.DENIED, "tag", "v1", "rule", RULE);
        assertThat(registry.delete(RegistryClient.blob("released/parts", blob))).isError(409, ErrorCode.DENIED, "tag", "v1");
        Digest other = registry.pushBlob("released/parts", "of no image".getBytes(UTF_8));
        assertThat(registry.delete(RegistryClient.blob("released/parts", other))).hasStatus(202);
    }

    @Test
    void areOnlyThoseOfTheRule() {
        registry.pushImage("unreleased/moved", "v1", 1);
        registry.pushImage("unreleased/moved", "v1", 2);
        registry.pushImage("released/a/b", "v1", 1);
        Digest digest = registry.pushImage("released/a/b", "v1", 2);
        assertThat(registry.delete(RegistryClient.manifest("released/a/b", digest))).hasStatus(202);
    }
}
