package dev.strata.savings.figures;

import static dev.strata.database.columns.ColumnTime.at;

import dev.strata.savings.books.Bookkeeper;
import dev.strata.savings.books.SavingsRedo;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The figures as they were: one snapshot an hour, and one a day. A step has the first that was taken in it. */
@Service
public class Snapshots {

    private final JdbcTemplate jdbc;
    private final Savings savings;
    private final Bookkeeper bookkeeper;
    private final SavingsJson json;
    private final SavingsRedo redo;
    private final TransactionTemplate transactions;
    private final Clock clock;

    Snapshots(
            JdbcTemplate jdbc,
            Savings savings,
            Bookkeeper bookkeeper,
            SavingsJson json,
            SavingsRedo redo,
            PlatformTransactionManager transactions,
            Clock clock) {
        this.jdbc = jdbc;
        this.savings = savings;
        this.bookkeeper = bookkeeper;
        this.json = json;
        this.redo = redo;
        this.transactions = new TransactionTemplate(transactions);
        this.clock = clock;
    }

    /** Takes what is due, and drops what was kept long enough. */
    @Scheduled(fixedDelayString = "PT1M", initialDelayString = "PT10S")
    public void take() {
        Instant now = clock.instant();
        for (FigureHistory.Step step : FigureHistory.Step.values()) {
            if (!isTaken(step, now)) {
                bookkeeper.current();
                Map<String, Long> figures = json.flatten(savings.figures());
                transactions.executeWithoutResult(status -> store(step, now, figures));
            }
        }
    }

    private boolean isTaken(FigureHistory.Step step, Instant now) {
        return !jdbc.queryForList(
                        "select figure from savings_snapshot where step = ? and taken_at >= ? limit 1",
                        String.class,
                        step.column(),
                        at(step.begin(now)))
                .isEmpty();
    }

    private void store(FigureHistory.Step step, Instant now, Map<String, Long> figures) {
        jdbc.update(
                "delete from savings_snapshot where step = ? and taken_at < ?", step.column(), at(now.minus(step.kept())));
        jdbc.batchUpdate(
                "insert into savings_snapshot (step, taken_at, figure, amount) values (?, ?, ?, ?)"
                        + " on conflict do nothing", // another process took it meanwhile
                figures.entrySet().stream()
                        .map(figure -> new Object[] {step.column(), at(step.begin(now)), figure.getKey(), figure.getValue()})
                        .toList());
        redo.bringCheckpointAbout();
    }

    /**
     * The snapshots of a range.
     *
     * @param from inclusive
     * @param to exclusive, {@link FigureHistory.Step#kept} after it at the most
     */
    public FigureHistory history(Instant from, Instant to, FigureHistory.Step step) {
        FigureHistory.Builder history = new FigureHistory.Builder();
        jdbc.query(
                "select taken_at, figure, amount from savings_snapshot where step = ? and taken_at >= ? and taken_at < ?"
                        + " order by step, taken_at, figure",
                row -> {
                    history.add(row.getObject(1, OffsetDateTime.class), row.getString(2), row.getLong(3));
                },
                step.column(),
                at(from),
                at(to));
        return history.build(from, to, step);
    }
}
