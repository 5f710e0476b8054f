package dev.strata.registry.http;

import static dev.strata.registry.http.ReferrersTest.SBOM;
import static dev.strata.registry.http.ReferrersTest.SIGNATURE;
import static dev.strata.registry.http.ReferrersTest.described;
import static dev.strata.registry.http.ReferrersTest.digests;
import static dev.strata.registry.http.ReferrersTest.referrers;
import static dev.strata.testing.RegistryClient.manifest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.Digest;
import dev.strata.oci.Tag;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.node.ObjectNode;

/** OCI Distribution Specification, "Referrers Tag Schema": what clients keep under a tag where there is no list. */
@RegistryTest
class ReferrersTagTest {

    @Autowired
    RegistryClient registry;

    @Test
    void whatClientsKeptUnderTheReferrersTagIsTakenIn() {
        String repository = "referrers/scheme";
        Digest subject = registry.pushImage(repository, "v1", 1);
        ManifestJson old = registry.pushBlobsOf(repository, 2).artifactType(SBOM).annotation("kept", "under the tag");
        ManifestJson known = registry.pushBlobsOf(repository, 3).subject(subject).artifactType(SIGNATURE);
        registry.pushManifest(repository, old.digest(), old);
        registry.pushManifest(repository, known.digest(), known);
        pushScheme(repository, subject, described(old, SBOM), described(known, SIGNATURE));
        String path = referrers(repository, subject);
        assertThat(registry.get(path).json().path("manifests").values())
                .containsExactlyInAnyOrder(described(old, SBOM), described(known, SIGNATURE));
        assertThat(digests(registry.get(path + "?artifactType=" + SIGNATURE)))
                .containsExactly(known.digest().toString());
        assertThat(digests(registry.get(path + "?artifactType=" + SBOM.replace("+", "%2B"))))
                .containsExactly(old.digest().toString());
    }

    @Test
    void whatIsUnderTheReferrersTagComesOnceOverAllPages() {
        String repository = "referrers/scheme-pages";
        Digest subject = registry.pushImage(repository, "v1", 1);
        ManifestJson image = registry.pushBlobsOf(repository, 2);
        List<ManifestJson> known = IntStream.range(0, 5)
                .mapToObj(i -> image.subject(subject).artifactType(SIGNATURE).annotation("i", "" + i))
                .toList();
        List<ManifestJson> old = IntStream.range(0, 3)
                .mapToObj(i -> image.artifactType(SIGNATURE).annotation("old", "" + i))
                .toList();
        List<ManifestJson> all = new ArrayList<>(known);
        all.addAll(old);
        for (ManifestJson referrer : all) {
            registry.pushManifest(repository, referrer.digest(), referrer);
        }
        pushScheme(
                repository,
                subject,
                all.stream().map(referrer -> described(referrer, SIGNATURE)).toArray(ObjectNode[]::new));
        List<String> found = new ArrayList<>();
        for (String path = referrers(repository, subject) + "?n=2"; !path.isEmpty(); ) {
            Answer answer = registry.get(path);
            assertThat(digests(answer)).as(path).hasSizeBetween(1, 2);
            found.addAll(digests(answer));
            path = answer.find("Link").map(Pages::next).orElse("");
        }
        assertThat(found)
                .containsExactlyInAnyOrderElementsOf(
                        all.stream().map(referrer -> referrer.digest().toString()).toList());
    }

    @Test
    void aDeletedReferrerIsNotListedBecauseOfTheReferrersTag() {
        String repository = "referrers/scheme-deleted";
        Digest subject = registry.pushImage(repository, "v1", 1);
        ManifestJson signature = registry.pushBlobsOf(repository, 2).subject(subject).artifactType(SIGNATURE);
        registry.pushManifest(repository, signature.digest(), signature);
        pushScheme(repository, subject, described(signature, SIGNATURE));
        registry.delete(manifest(repository, signature.digest()));
        assertThat(digests(registry.get(referrers(repository, subject)))).isEmpty();
    }

    @Test
    void sha512HasAReferrersTagToo() {
        String repository = "referrers/scheme512";
        ManifestJson image = registry.pushBlobsOf(repository, 1);
        Digest subject = Content.sha512(image.bytes());
        ManifestJson old = image.artifactType(SBOM);
        registry.pushManifest(repository, old.digest(), old);
        pushScheme(repository, subject, described(old, SBOM));
        assertThat(digests(registry.get(referrers(repository, subject)))).containsExactly(old.digest().toString());
    }

    @Test
    void anImageUnderTheReferrersTagIsAnImage() {
        String repository = "referrers/scheme-image";
        Digest subject = registry.pushImage(repository, "v1", 1);
        registry.pushImage(repository, Tag.ofReferrers(subject), 2);
        assertThat(digests(registry.get(referrers(repository, subject)))).isEmpty();
    }

    private void pushScheme(String repository, Digest subject, ObjectNode... descriptors) {
        registry.pushManifest(repository, Tag.ofReferrers(subject), ManifestJson.index(descriptors));
    }
}
