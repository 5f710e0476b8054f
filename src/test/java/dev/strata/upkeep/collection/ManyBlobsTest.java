package dev.strata.upkeep.collection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.database.columns.ColumnTime;
import dev.strata.oci.Digest;
import dev.strata.testing.Content;
import dev.strata.testing.Size;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** However much there is to collect, each transaction is short: the rule of the class that this extends fails it otherwise. */
class ManyBlobsTest extends CollectionTestCase {

    private static final int MANY = Size.of("strata.collection.many", 500, 100_000);
    private static final String REPOSITORY = "collect/many";

    @Test
    void veryManyBlobsGoInShortTransactions() {
        registry.pushBlob(REPOSITORY, Content.random(80_001, 10));
        for (int from = 0; from < MANY; from += 1_000) {
            add(from, Math.min(MANY, from + 1_000));
        }
        long before = (long) registry.meter("strata_upkeep_collected_blobs_total");
        CLOCK.moveOn(Duration.ofMinutes(1));
        await("the collection").atMost(Duration.ofMinutes(20)).until(() -> {
            registry.pushBlob(REPOSITORY, Content.random(80_002, 10)); // somebody is at work beside it
            CLOCK.moveOn(Duration.ofSeconds(20)); // bytes follow their rows some seconds later
            return registry.meter("strata_upkeep_collected_blobs_total") - before >= MANY;
        });
        assertThat(jdbc.queryForObject("select count(*) from blob where location like '%-many-%'", Long.class)).isZero();
    }

    /** Blobs in the repository that nothing names and that nobody was promised of late. Pushing so many takes too long. */
    private void add(int from, int to) {
        Instant before = CLOCK.instant().minus(LONG);
        jdbc.batchUpdate(
                "insert into blob (digest, size, location, stored_at) values (?, 1, ?, ?)",
                IntStream.range(from, to)
                        .mapToObj(i -> Content.sha256(("many " + i).getBytes()))
                        .map(digest -> new Object[] {digest.bytes(), location(digest, from), ColumnTime.at(before)})
                        .toList());
        jdbc.update(
                "insert into blob_link (repository_id, blob_id, promised_at)"
                        + " select (select id from repository where name = ?), id, ? from blob where location like ?",
                REPOSITORY,
                ColumnTime.at(before),
                "%-many-" + from);
        jdbc.update(
                "insert into blob_review (kind, repository_id, blob_id, due_at)"
                        + " select 'L', (select id from repository where name = ?), id, ? from blob where location like ?",
                REPOSITORY,
                ColumnTime.at(CLOCK.instant()),
                "%-many-" + from);
    }

    private static String location(Digest digest, int from) {
        return "sha256/" + digest.hex().substring(0, 2) + "/" + digest.hex() + "-many-" + from;
    }
}
