package dev.strata.savings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.oci.Digest;
import dev.strata.savings.check.Recount;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.NoLongWrites;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

/** A manifest that very many indexes list, under very many tags, is counted again in pieces. */
@RegistryTest
@NoLongWrites
class ManyParentsTest {

    private static final String REPOSITORY = "savings/many-parents";
    /** More than are counted at once. */
    private static final int INDEXES = Integer.getInteger("strata.test.indexes", 250);

    private static final int TAGS = 500;

    @Autowired
    RegistryClient registry;

    @Autowired
    Recount recount;

    @Autowired
    JdbcTemplate jdbc;

    @Test
    void itIsMendedWhateverWasWrong() {
        ManifestJson child = registry.pushBlobsOf(REPOSITORY, 450_001);
        String tags = IntStream.range(0, TAGS).mapToObj(n -> "tag=v" + n).collect(Collectors.joining("&"));
        Digest digest = registry.pushManifest(REPOSITORY, child.digest() + "?" + tags, child);
        List<Digest> indexes = new ArrayList<>();
        for (int n = 0; n < INDEXES; n++) {
            ManifestJson index = ManifestJson.index(child.descriptor()).annotation("n", String.valueOf(n));
            indexes.add(registry.pushManifest(REPOSITORY, index.digest(), index));
        }
        untilItIsRight(digest);
        long before = differences();
        jdbc.update("update savings_image set parents = 0, tags = 3 where manifest_id = (select id from manifest"
                + " where digest = ?)", (Object) digest.bytes());
        untilItIsRight(digest);
        assertThat(differences()).isGreaterThan(before);

        // Other tests recount this registry too.
        indexes.forEach(index ->
                assertThat(registry.delete(RegistryClient.manifest(REPOSITORY, index))).hasStatus(202));
        await().untilAsserted(() -> {
            assertThat(new Api(registry).get("").path("pending").intValue()).isZero();
            assertThat(counted("parents", digest)).isZero();
        });
    }

    /** And a recount finds nothing any more. */
    private void untilItIsRight(Digest manifest) {
        await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
            long before = differences();
            WholeRecount.by(recount);
            assertThat(new Api(registry).get("").path("pending").intValue()).isZero();
            assertThat(counted("parents", manifest)).isEqualTo(INDEXES);
            assertThat(counted("tags", manifest)).isEqualTo(TAGS);
            assertThat(differences()).isEqualTo(before);
        });
    }

    private long differences() {
        return new Api(registry).get("").at("/check/differences").longValue();
    }

    private int counted(String figure, Digest manifest) {
        Integer count = jdbc.queryForObject(
                "select " + figure + " from savings_image where manifest_id = (select id from manifest where digest = ?)",
                Integer.class,
                (Object) manifest.bytes());
        return count == null ? 0 : count;
    }
}
