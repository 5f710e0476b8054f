package dev.strata.registry.http;

import static dev.strata.testing.RegistryClient.blob;
import static dev.strata.testing.RegistryClient.withDigest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.RawConnection;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** OCI Distribution Specification, "Mounting a blob from another repository". */
@RegistryTest
class MountTest {

    @Autowired
    RegistryClient registry;

    @ParameterizedTest
    @EnumSource(DigestAlgorithm.class)
    void aBlobIsMountedFromTheRepositoryThatIsNamed(DigestAlgorithm algorithm) {
        byte[] content = Content.random(51, 10_000);
        Digest digest = registry.pushBlob("mount/from", content, algorithm);
        String target = "mount/to-" + algorithm.prefix();
        assertIsMounted(registry.post(mount(target, digest) + "&from=mount/from"), target, digest, content);
    }

    @Test
    void withoutFromABlobIsMountedFromAnyRepository() {
        byte[] content = Content.random(52, 10_000);
        Digest digest = registry.pushBlob("mount/anywhere", content);
        assertIsMounted(registry.post(mount("mount/target", digest)), "mount/target", digest, content);
    }

    @Test
    void fromMayBeEncodedAndMayBeTheSameRepository() {
        byte[] content = Content.random(53, 10_000);
        Digest digest = registry.pushBlob("mount/self", content);
        String path = mount("mount/self", digest).replace(":", "%3A") + "&from=mount%2Fself";
        assertIsMounted(registry.post(path), "mount/self", digest, content);
    }

    @ParameterizedTest
    @ValueSource(strings = {"&from=mount/empty", "&from=mount/nowhere", ""})
    void whatCannotBeMountedIsUploaded(String from) {
        registry.pushBlob("mount/empty", new byte[0]);
        byte[] content = Content.random(54 + from.length(), 10_000);
        Digest digest = Content.sha256(content);
        Answer started = registry.post(mount("mount/fallback", digest) + from);
        assertThat(started).hasStatus(202).hasHeader("Range", "0-0").hasNoBodyOf(0);
        assertThat(started.header("Docker-Upload-UUID")).isNotBlank();
        assertThat(registry.put(withDigest(started.location(), digest), content)).hasStatus(201);
        assertThat(registry.getBlob("mount/fallback", digest)).hasBody(content);
    }

    @Test
    void aBlobThatWasDeletedEverywhereIsNotMounted() {
        Digest digest = registry.pushBlob("mount/deleted", Content.random(62, 100));
        assertThat(registry.delete(blob("mount/deleted", digest))).hasStatus(202);
        assertThat(registry.post(mount("mount/late", digest))).hasStatus(202);
        assertThat(registry.post(mount("mount/late", digest) + "&from=mount/deleted")).hasStatus(202);
    }

    @Test
    void aMountedBlobOutlivesItsOrigin() {
        byte[] content = Content.random(63, 100);
        Digest digest = registry.pushBlob("mount/origin", content);
        assertThat(registry.post(mount("mount/heir", digest) + "&from=mount/origin")).hasStatus(201);
        assertThat(registry.delete(blob("mount/origin", digest))).hasStatus(202);
        assertThat(registry.getBlob("mount/heir", digest)).hasBody(content);
    }

    /** containerd ends a push on whatever is neither 201 nor 202. */
    @ParameterizedTest
    @ValueSource(strings = {
        "mount=%s&from=UPPER",
        "mount=%s&from=",
        "mount=%s&from=localhost:5000/mount/named",
        "mount=%s&from=mount/named&from=mount/other",
        "mount=%s&from=%%00",
        "mount=%s&mount=%1$s&from=mount/named",
        "mount=&from=mount/named",
        "mount=md5:d41d8cd98f00b204e9800998ecf8427e&from=mount/named",
        "mount=sha256:abc",
        "mount=sha256:",
        "mount=sha256:abc&digest=sha256:abc",
        "mount=sha256:abc&digest-algorithm=md5",
        "mount=latest&from=mount/named"
    })
    void aMountThatMakesNoSenseOpensAnUpload(String query) {
        Digest digest = registry.pushBlob("mount/named", Content.random(64, 100));
        Answer started = registry.post("/v2/mount/odd/blobs/uploads/?" + query.formatted(digest));
        assertThat(started).hasStatus(202).hasHeader("Range", "0-0");
        assertThat(registry.put(withDigest(started.location(), digest), Content.random(64, 100))).hasStatus(201);
    }

    /** No client that is a library can send these. */
    @ParameterizedTest
    @ValueSource(strings = {
        "mount=sha256:%zz",
        "mount=%",
        "mount=sha256:abc&from=%c3%2",
        "mount=sha256:abc&digest=%zz",
        "mount=sha256:abc&digest-algorithm=%",
        "%zz&mount=sha256:abc"
    })
    void aMountWhoseQueryCannotBeDecodedOpensAnUpload(String query) {
        try (RawConnection connection = registry.connect()) {
            Answer started = connection
                    .head("POST /v2/mount/odd/blobs/uploads/?" + query + " HTTP/1.1", "Host: localhost", "Content-Length: 0")
                    .answer();
            assertThat(started).hasStatus(202);
            assertThat(started.location()).contains("/v2/mount/odd/blobs/uploads/");
        }
    }

    private void assertIsMounted(Answer mounted, String repository, Digest digest, byte[] content) {
        assertThat(mounted)
                .hasStatus(201)
                .hasHeader("Location", registry.origin() + blob(repository, digest))
                .hasHeader("Docker-Content-Digest", digest.toString())
                .hasNoBodyOf(0);
        assertThat(registry.get(mounted.location())).hasBody(content);
    }

    private static String mount(String repository, Digest digest) {
        return "/v2/" + repository + "/blobs/uploads/?mount=" + digest;
    }
}
