package dev.strata.upkeep.retention.uses;

import static dev.strata.database.columns.ColumnTime.at;

import dev.strata.database.durability.Durability;
import dev.strata.database.replay.Redo;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What clusters and deployments say that they run. It counts until their lease ends. */
@Service
public class InUse implements Redo {

    private static final int AT_ONCE = 200;

    private final JdbcTemplate jdbc;
    private final Durability durability;
    private final TransactionTemplate transactions;
    private final Clock clock;

    InUse(JdbcTemplate jdbc, Durability durability, PlatformTransactionManager transactions, Clock clock) {
        this.jdbc = jdbc;
        this.durability = durability;
        this.transactions = new TransactionTemplate(transactions);
        this.transactions.setName("note what is in use");
        this.clock = clock;
    }

    /**
     * Takes what somebody runs now, in the place of what they said before of the same source. When this returns, it is
     * durable.
     *
     * @param owner stands for who says so: nobody replaces what others said
     */
    public void report(String owner, String source, Collection<UsedImage> images, Duration lease) {
        Instant until = clock.instant().plus(lease).truncatedTo(ChronoUnit.MILLIS);
        List<UsedImage> all = images.stream().distinct().toList();
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            InUseChange change =
                    new InUseChange(owner, source, until, all.subList(from, Math.min(all.size(), from + AT_ONCE)));
            transactions.executeWithoutResult(status -> {
                apply(change);
                durability.append(InUseChange.FEATURE, change.toBytes());
            });
        }
        forgetOthers(owner, source, Set.copyOf(all));
    }

    /** What was said before, and not now. */
    private void forgetOthers(String owner, String source, Set<UsedImage> images) {
        List<Object[]> others = jdbc
                .query(
                        "select repository, digest from in_use where owner = ? and source = ?",
                        (row, n) -> new UsedImage(RepositoryName.of(row.getString(1)), Digest.ofBytes(row.getBytes(2))),
                        owner,
                        source)
                .stream()
                .filter(image -> !images.contains(image))
                .map(image -> new Object[] {owner, source, image.repository().value(), image.digest().bytes()})
                .toList();
        for (int from = 0; from < others.size(); from += AT_ONCE) {
            List<Object[]> some = others.subList(from, Math.min(others.size(), from + AT_ONCE));
            transactions.executeWithoutResult(status -> jdbc.batchUpdate(
                    "delete from in_use where owner = ? and source = ? and repository = ? and digest = ?", some));
        }
    }

    @Scheduled(fixedDelayString = "PT10M", initialDelayString = "PT1M")
    void forget() {
        List<Object[]> some;
        do {
            some = jdbc.query(
                    "select owner, source, repository, digest, until from in_use where until < ? order by until limit ?",
                    (row, n) -> new Object[] {
                        row.getString(1), row.getString(2), row.getString(3), row.getBytes(4), row.getObject(5)
                    },
                    at(clock.instant()),
                    AT_ONCE);
            List<Object[]> gone = some;
            transactions.executeWithoutResult(status -> jdbc.batchUpdate(
                    "delete from in_use where owner = ? and source = ? and repository = ? and digest = ? and until = ?",
                    gone));
        } while (some.size() == AT_ONCE);
    }

    @Override
    public char feature() {
        return InUseChange.FEATURE;
    }

    @Override
    public void redo(byte[] change) {
        transactions.executeWithoutResult(status -> apply(InUseChange.ofBytes(change)));
    }

    private void apply(InUseChange change) {
        for (UsedImage image : change.images()) {
            Object[] values = {
                at(change.until()),
                change.owner(),
                change.source(),
                image.repository().value(),
                image.digest().bytes()
            };
            if (jdbc.update(
                            "update in_use set until = ? where owner = ? and source = ? and repository = ? and digest = ?",
                            values)
                    == 0) {
                jdbc.update(
                        "insert into in_use (until, owner, source, repository, digest) values (?, ?, ?, ?, ?)"
                                + " on conflict do nothing",
                        values);
            }
        }
    }

    /** Whether somebody says that they run this. */
    public boolean is(RepositoryName repository, Digest digest) {
        return !jdbc.queryForList(
                        "select source from in_use where repository = ? and digest = ? and until > ? limit 1",
                        String.class,
                        repository.value(),
                        digest.bytes(),
                        at(clock.instant()))
                .isEmpty();
    }
}
