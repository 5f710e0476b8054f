package dev.strata.registry.http;

import static dev.strata.testing.ManifestJson.CONFIG;
import static dev.strata.testing.RegistryClient.manifest;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.problem.ErrorCode;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** OCI Distribution Specification, "Listing Referrers" and "Enabling the Referrers API". */
@RegistryTest
class ReferrersTest {

    static final String SIGNATURE = "application/vnd.example.signature";
    static final String SBOM = "application/vnd.example.sbom.v1+json";
    private static final String EMPTY_INDEX =
            "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":[]}";

    @Autowired
    RegistryClient registry;

    @Test
    void withoutReferrersThereIsAnEmptyIndex() {
        Digest image = registry.pushImage("referrers/none", "v1", 1);
        Digest absent = Content.sha256("absent".getBytes(UTF_8));
        for (String path : new String[] {
            referrers("referrers/none", image), referrers("referrers/none", absent), referrers("referrers/nowhere", absent)
        }) {
            assertThat(registry.get(path))
                    .hasStatus(200)
                    .hasHeader("Content-Type", MediaType.OCI_INDEX.value())
                    .hasNoHeader("Link")
                    .hasNoHeader("OCI-Filters-Applied")
                    .hasBody(EMPTY_INDEX.getBytes(UTF_8));
            assertThat(registry.head(path))
                    .hasStatus(200)
                    .hasHeader("Content-Type", MediaType.OCI_INDEX.value())
                    .hasNoBodyOf(EMPTY_INDEX.length());
        }
    }

    @Test
    void eachReferrerIsDescribedWithItsTypeAndAnnotations() {
        String repository = "referrers/described";
        Digest subject = registry.pushImage(repository, "v1", 1);
        ManifestJson image = registry.pushBlobsOf(repository, 2).subject(subject);
        ManifestJson typed = image.artifactType(SIGNATURE).annotation("org.example.z", "ü\"{}").annotation("a", "");
        ManifestJson emptyType = image.artifactType("").annotation("empty", "type");
        ManifestJson index = ManifestJson.index().subject(subject);
        ManifestJson typedIndex = index.artifactType(SBOM);
        List<ManifestJson> all = List.of(typed, image, emptyType, index, typedIndex);
        for (ManifestJson referrer : all) {
            Answer pushed = registry.putManifest(repository, referrer.digest(), referrer.mediaType(), referrer.bytes());
            assertThat(pushed).hasStatus(201).hasHeader("OCI-Subject", subject.toString());
        }
        JsonNode list = registry.get(referrers(repository, subject)).json();
        assertThat(list.path("schemaVersion").intValue()).isEqualTo(2);
        assertThat(list.path("mediaType").stringValue()).isEqualTo(MediaType.OCI_INDEX.value());
        assertThat(list.path("manifests").values())
                .containsExactlyInAnyOrder(
                        described(typed, SIGNATURE),
                        described(image, CONFIG),
                        described(emptyType, CONFIG),
                        described(index, null),
                        described(typedIndex, SBOM));
    }

    @ParameterizedTest
    @ValueSource(strings = {SIGNATURE, "APPLICATION/vnd.Example.SBOM.v1+json", "application/vnd.example.sbom.v1%2Bjson", SBOM})
    void theListIsFilteredByArtifactType(String filter) {
        String repository = "referrers/filtered";
        Digest subject = registry.pushImage(repository, "v1", 1);
        ManifestJson image = registry.pushBlobsOf(repository, 2).subject(subject);
        ManifestJson signature = image.artifactType(SIGNATURE);
        ManifestJson sbom = image.artifactType(SBOM);
        for (ManifestJson referrer : List.of(image, signature, sbom)) {
            registry.pushManifest(repository, referrer.digest(), referrer);
        }
        Answer answer = registry.get(referrers(repository, subject) + "?artifactType=" + filter);
        assertThat(answer).hasStatus(200).hasHeader("OCI-Filters-Applied", "artifactType");
        assertThat(digests(answer)).containsExactly((filter.equals(SIGNATURE) ? signature : sbom).digest().toString());
    }

    @Test
    void theTypeOfTheConfigurationIsFilteredByToo() {
        String repository = "referrers/filtered-config";
        Digest subject = registry.pushImage(repository, "v1", 1);
        ManifestJson image = registry.pushBlobsOf(repository, 2).subject(subject);
        registry.pushManifest(repository, image.digest(), image);
        registry.pushManifest(repository, "typed", image.artifactType(SIGNATURE));
        registry.pushManifest(repository, "index", ManifestJson.index().subject(subject));
        String filter = "?artifactType=" + CONFIG.replace("+", "%2B");
        assertThat(digests(registry.get(referrers(repository, subject) + filter)))
                .containsExactly(image.digest().toString());
    }

    @Test
    void anEmptyFilterIsNone() {
        String repository = "referrers/empty-filter";
        Digest subject = registry.pushImage(repository, "v1", 1);
        ManifestJson signature = registry.pushBlobsOf(repository, 2).subject(subject).artifactType(SIGNATURE);
        registry.pushManifest(repository, signature.digest(), signature);
        Answer answer = registry.get(referrers(repository, subject) + "?artifactType=");
        assertThat(answer).hasStatus(200).hasNoHeader("OCI-Filters-Applied");
        assertThat(digests(answer)).containsExactly(signature.digest().toString());
    }

    @Test
    void aFilterThatNothingMatchesGivesAnEmptyIndex() {
        Digest subject = registry.pushImage("referrers/no-match", "v1", 1);
        Answer answer = registry.get(referrers("referrers/no-match", subject) + "?artifactType=a/b");
        assertThat(answer).hasHeader("OCI-Filters-Applied", "artifactType").hasBody(EMPTY_INDEX.getBytes(UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256:short", "v1", "md5:d41d8cd98f00b204e9800998ecf8427e"})
    void aMalformedDigestIsRefused(String digest) {
        assertThat(registry.get("/v2/referrers/malformed/referrers/" + digest)).isError(400, ErrorCode.DIGEST_INVALID);
    }

    @Test
    void theSubjectMayBePushedLast() {
        String repository = "referrers/last";
        ManifestJson image = registry.pushBlobsOf(repository, 1);
        ManifestJson signature = image.subject(image.digest()).artifactType(SIGNATURE);
        registry.pushManifest(repository, "signature", signature);
        registry.pushManifest(repository, "v1", image);
        assertThat(digests(registry.get(referrers(repository, image.digest()))))
                .containsExactly(signature.digest().toString());
    }

    @Test
    void aReferrerIsListedOnceHoweverOftenItIsPushedAndTagged() {
        String repository = "referrers/once";
        Digest subject = registry.pushImage(repository, "v1", 1);
        ManifestJson signature =
                registry.pushBlobsOf(repository, 2).subject(subject).artifactType(SIGNATURE);
        for (Object reference : new Object[] {"a", "b", "a", signature.digest()}) {
            registry.pushManifest(repository, reference, signature);
        }
        assertThat(digests(registry.get(referrers(repository, subject))))
                .containsExactly(signature.digest().toString());
    }

    @Test
    void aReferrerBelongsToTheRepositoryThatItWasPushedTo() {
        Digest subject = registry.pushImage("referrers/one", "v1", 1);
        registry.pushImage("referrers/other", "v1", 1);
        ManifestJson signature =
                registry.pushBlobsOf("referrers/one", 2).subject(subject).artifactType(SIGNATURE);
        registry.pushManifest("referrers/one", "signature", signature);
        assertThat(digests(registry.get(referrers("referrers/other", subject)))).isEmpty();
    }

    @Test
    void sha512SubjectsHaveReferrers() {
        String repository = "referrers/sha512";
        ManifestJson image = registry.pushBlobsOf(repository, 1);
        Digest subject = Content.sha512(image.bytes());
        registry.putManifest(repository, subject, MediaType.OCI_MANIFEST, image.bytes());
        ManifestJson signature = image.subject(subject).artifactType(SIGNATURE);
        registry.pushManifest(repository, signature.digest(), signature);
        assertThat(digests(registry.get(referrers(repository, subject))))
                .containsExactly(signature.digest().toString());
    }

    @Test
    void aReferrerThatIsDeletedIsListedNoMore() {
        String repository = "referrers/deleted";
        Digest subject = registry.pushImage(repository, "v1", 1);
        ManifestJson image = registry.pushBlobsOf(repository, 2).subject(subject);
        ManifestJson first = image.artifactType(SIGNATURE);
        ManifestJson second = image.artifactType(SBOM);
        registry.pushManifest(repository, "first", first);
        registry.pushManifest(repository, second.digest(), second);
        assertThat(registry.delete(manifest(repository, first.digest()))).hasStatus(202);
        assertThat(digests(registry.get(referrers(repository, subject))))
                .containsExactly(second.digest().toString());
        assertThat(registry.delete(manifest(repository, subject))).hasStatus(202);
        assertThat(digests(registry.get(referrers(repository, subject))))
                .as("what was there for the subject alone")
                .isEmpty();
    }

    @Test
    void aReferrerWithATagOutlivesItsSubject() {
        String repository = "referrers/tagged";
        Digest subject = registry.pushImage(repository, "v1", 1);
        ManifestJson referrer = registry.pushBlobsOf(repository, 2).subject(subject).artifactType(SIGNATURE);
        registry.pushManifest(repository, "kept", referrer);
        assertThat(registry.delete(manifest(repository, subject))).hasStatus(202);
        assertThat(digests(registry.get(referrers(repository, subject))))
                .containsExactly(referrer.digest().toString());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 20, 21, 1_000})
    void pagesLeadThroughAllReferrersFilteredToo(int n) {
        String repository = "referrers/pages" + n;
        Digest subject = registry.pushImage(repository, "v1", 1);
        ManifestJson image = registry.pushBlobsOf(repository, 2).subject(subject);
        List<String> signatures = new ArrayList<>();
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ManifestJson referrer =
                    image.artifactType(i % 2 == 0 ? SIGNATURE : SBOM).annotation("number", String.valueOf(i));
            registry.pushManifest(repository, referrer.digest(), referrer);
            all.add(referrer.digest().toString());
            if (i % 2 == 0) {
                signatures.add(referrer.digest().toString());
            }
        }
        assertThat(pages(referrers(repository, subject) + "?n=" + n, n)).containsExactlyInAnyOrderElementsOf(all);
        String filtered = referrers(repository, subject) + "?artifactType=" + SIGNATURE + "&n=" + n;
        assertThat(pages(filtered, n)).containsExactlyInAnyOrderElementsOf(signatures);
    }

    /** Clients read no more than 4 MiB of a manifest, which a list of referrers is. */
    @Test
    void aPageIsNoLargerThanClientsRead() {
        String repository = "referrers/large";
        Digest subject = registry.pushImage(repository, "v1", 1);
        ManifestJson image = registry.pushBlobsOf(repository, 2).subject(subject);
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            ManifestJson referrer = image.annotation("filler", String.valueOf(i).repeat(1024 * 1024));
            registry.pushManifest(repository, referrer.digest(), referrer);
            all.add(referrer.digest().toString());
        }
        List<String> found = new ArrayList<>();
        for (String path = referrers(repository, subject); !path.isEmpty(); ) {
            Answer answer = registry.get(path);
            assertThat(answer.body().length).isLessThanOrEqualTo(4 * 1024 * 1024);
            found.addAll(digests(answer));
            path = answer.find("Link").map(Pages::next).orElse("");
        }
        assertThat(found).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void annotationsThatNoTextCanHoldDoNotBreakTheList() {
        String repository = "referrers/surrogate";
        Digest subject = registry.pushImage(repository, "v1", 1);
        String content = registry.pushBlobsOf(repository, 2).subject(subject).annotation("broken", "@").json()
                .toString()
                .replace("@", "\\ud800");
        Answer pushed = registry.putManifest(repository, "broken", MediaType.OCI_MANIFEST, content.getBytes(UTF_8));
        assertThat(pushed.status()).isIn(201, 400);
        assertThat(digests(registry.get(referrers(repository, subject)))).hasSize(pushed.status() == 201 ? 1 : 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"artifactType=nonsense", "n=-1", "n=a", "after=a", "after=-"})
    void parametersThatCannotBeReadAreRefused(String query) {
        Digest subject = Content.sha256("subject".getBytes(UTF_8));
        assertThat(registry.get(referrers("referrers/parameters", subject) + "?" + query).status()).isEqualTo(400);
    }

    private List<String> pages(String first, int n) {
        List<String> found = new ArrayList<>();
        for (String path = first; !path.isEmpty(); ) {
            Answer answer = registry.get(path);
            assertThat(digests(answer)).hasSizeLessThanOrEqualTo(n);
            assertThat(answer.find("OCI-Filters-Applied").isPresent()).isEqualTo(first.contains("artifactType"));
            found.addAll(digests(answer));
            path = answer.find("Link").map(Pages::next).orElse("");
        }
        return found;
    }

    static ObjectNode described(ManifestJson manifest, @Nullable String artifactType) {
        ObjectNode descriptor = manifest.descriptor();
        if (artifactType != null) {
            descriptor.put("artifactType", artifactType);
        }
        if (manifest.json().has("annotations")) {
            descriptor.set("annotations", manifest.json().path("annotations"));
        }
        return descriptor;
    }

    static List<String> digests(Answer answer) {
        assertThat(answer).hasStatus(200).hasHeader("Content-Type", MediaType.OCI_INDEX.value());
        return answer.json().path("manifests").values().stream()
                .map(descriptor -> descriptor.path("digest").stringValue())
                .toList();
    }

    static String referrers(String repository, Digest subject) {
        return "/v2/" + repository + "/referrers/" + subject;
    }
}
