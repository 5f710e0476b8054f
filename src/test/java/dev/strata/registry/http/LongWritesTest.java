package dev.strata.registry.http;

import static dev.strata.testing.RegistryClient.manifest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.Digest;
import dev.strata.problem.ErrorCode;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.NoLongWrites;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** However much there is to delete, nobody else waits for long. */
@RegistryTest
@NoLongWrites
class LongWritesTest {

    private static final int TAGS = Integer.getInteger("strata.test.tags", 3_000);
    private static final int TAGS_A_PUSH = 500;
    private static final String REPOSITORY = "long-writes/tags";

    @Autowired
    RegistryClient registry;

    @Test
    void aManifestWithVeryManyTagsIsDeletedWithAllOfThem() {
        Digest digest = registry.pushImage(REPOSITORY, "v0", 1);
        Digest other = registry.pushImage(REPOSITORY, "other", 2);
        ManifestJson image = registry.pushBlobsOf(REPOSITORY, 1);
        for (int first = 1; first <= TAGS; first += TAGS_A_PUSH) {
            String tags = IntStream.range(first, Math.min(first + TAGS_A_PUSH, TAGS + 1))
                    .mapToObj(n -> "tag=v" + n)
                    .collect(Collectors.joining("&"));
            registry.pushManifest(REPOSITORY, digest + "?" + tags, image);
        }
        assertThat(registry.delete(manifest(REPOSITORY, digest))).hasStatus(202);
        for (Object reference : List.of(digest, "v0", "v1", "v" + TAGS)) {
            assertThat(registry.getManifest(REPOSITORY, reference)).isError(404, ErrorCode.MANIFEST_UNKNOWN);
        }
        assertThat(registry.getManifest(REPOSITORY, "other")).hasStatus(200);
        assertThat(registry.get("/v2/" + REPOSITORY + "/tags/list").json().path("tags").toString())
                .isEqualTo("[\"other\"]");
        assertThat(registry.delete(manifest(REPOSITORY, other))).hasStatus(202);
    }
}
