package dev.strata.registry.http;

import static dev.strata.testing.RegistryClient.manifest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.Digest;
import dev.strata.oci.ErrorCode;
import dev.strata.testing.NoLongWrites;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

/** However much there is to delete, nobody else waits for long. */
@RegistryTest
@NoLongWrites
class LongWritesTest {

    private static final int TAGS = Integer.getInteger("strata.test.tags", 3_000);
    private static final String REPOSITORY = "long-writes/tags";

    @Autowired
    RegistryClient registry;

    @Autowired
    JdbcTemplate jdbc;

    @Test
    void aManifestWithVeryManyTagsIsDeletedWithAllOfThem() {
        Digest digest = registry.pushImage(REPOSITORY, "v0", 1);
        Digest other = registry.pushImage(REPOSITORY, "other", 2);
        jdbc.batchUpdate(
                """
                insert into tag (repository_id, name, manifest_id, updated_at)
                select t.repository_id, ?, t.manifest_id, t.updated_at from tag t
                where t.name = 'v0' and t.repository_id = (select r.id from repository r where r.name = ?)""",
                IntStream.rangeClosed(1, TAGS)
                        .mapToObj(n -> new Object[] {"v" + n, REPOSITORY})
                        .toList());
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
