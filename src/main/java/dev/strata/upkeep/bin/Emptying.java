package dev.strata.upkeep.bin;

import dev.strata.upkeep.collection.Garbage;
import dev.strata.upkeep.history.HistoryTable;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Gives up what is in the bin. What nothing else holds, and nobody was promised, is collected then. */
@Service
public class Emptying {

    private static final int AT_ONCE = 100;
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final BinTable table;
    private final HistoryTable history;
    private final BinChanges changes;
    private final Garbage garbage;
    private final TransactionTemplate transactions;
    private final Clock clock;

    Emptying(
            BinTable table,
            HistoryTable history,
            BinChanges changes,
            Garbage garbage,
            PlatformTransactionManager transactions,
            Clock clock) {
        this.table = table;
        this.history = history;
        this.changes = changes;
        this.garbage = garbage;
        this.transactions = new TransactionTemplate(transactions);
        this.transactions.setName("give up what is in the bin");
        this.clock = clock;
    }

    boolean isAnyGone() {
        return !table.gone(clock.instant(), 1).isEmpty() || history.isAnyGone(clock.instant());
    }

    /** Gives up some of what can no longer be taken back, and says whether there may be more. */
    boolean giveUpGone() {
        List<BinItem> gone = table.gone(clock.instant(), AT_ONCE);
        giveUp(gone);
        Boolean more = transactions.execute(status -> {
            List<Long> repositories = history.forget(clock.instant(), AT_ONCE);
            repositories.stream().distinct().sorted().forEach(garbage::leftRepository);
            return repositories.size() == AT_ONCE;
        });
        return gone.size() == AT_ONCE || Boolean.TRUE.equals(more);
    }

    /** @param more whether time ran out before all was given up */
    public record GivenUp(long items, boolean more) {}

    /** Gives up what is there now, in pieces, for as long as whoever asked may wait. */
    public GivenUp all() {
        long begun = System.nanoTime();
        long count = 0;
        List<BinItem> some;
        do {
            some = table.oldest(AT_ONCE);
            giveUp(some);
            count += some.size();
        } while (some.size() == AT_ONCE && System.nanoTime() - begun < LONGEST.toNanos());
        return new GivenUp(count, some.size() == AT_ONCE);
    }

    /** Gives these up. */
    void giveUp(List<BinItem> items) {
        transactions.executeWithoutResult(status -> items.forEach(item -> changes.takeOut(item, true)));
    }
}
