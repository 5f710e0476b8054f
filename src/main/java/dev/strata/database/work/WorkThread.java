package dev.strata.database.work;

import dev.strata.database.replicas.Claims;
import dev.strata.database.work.Work.Item;
import dev.strata.database.work.Work.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Works on the items of one kind, a piece at a time, until it is told to stop. */
final class WorkThread implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(WorkThread.class);

    /** An item that failed, or began without an end, so often is set aside. */
    private static final int MOST_ATTEMPTS = 3;

    private static final int MOST_RISKY_ATTEMPTS = 2;
    /** After the first failure; four times as long after the next one. */
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    /** Between two looks for what has become due. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Work work;
    private final WorkTable table;
    private final Attempts attempts;
    private final Claims claims;
    private final Clock clock;
    private final Semaphore news = new Semaphore(0);
    private volatile boolean stopping;

    WorkThread(Work work, WorkTable table, Attempts attempts, Claims claims, Clock clock) {
        this.work = work;
        this.table = table;
        this.attempts = attempts;
        this.claims = claims;
        this.clock = clock;
    }

    /** Something may have become due. */
    void wake() {
        if (news.availablePermits() == 0) {
            news.release();
        }
    }

    /**
     * Ends after the piece that is under way. Whoever has no time for that interrupts the thread, but not at once: an
     * interrupt closes the files that the database reads at that moment.
     */
    void stop() {
        stopping = true;
        wake();
    }

    @Override
    public void run() {
        try {
            while (!stopping) {
                if (!workOnNext()) {
                    news.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the server stops
        }
    }

    /** Says whether there was anything to do that could be done. */
    private boolean workOnNext() {
        try {
            if (!claims.has(WorkQueue.claim(work.name()))) {
                return false;
            }
            Optional<WorkTable.Due> next = table.next(work.name(), clock.instant());
            next.ifPresent(this::workOn);
            return next.isPresent();
        } catch (RuntimeException e) {
            log.warn("The queue of {} cannot be read or written", work.name(), e);
            return false;
        }
    }

    private void workOn(WorkTable.Due due) {
        Item item = due.item();
        if (work.isRisky()) {
            if (item.attempts() >= MOST_RISKY_ATTEMPTS) {
                setAside(item, "it began " + item.attempts() + " times and never ended: did it end the process?");
                return;
            }
            attempts.note(work.name(), item.subject(), item.attempts() + 1);
        }
        try {
            end(due, work.doNext(item));
        } catch (Exception | StackOverflowError | LinkageError e) { // an error that ends this thread ends all of its work
            boolean interrupted = Thread.interrupted(); // or it would close the journal
            if (!stopping) {
                failed(item, e);
            } else if (work.isRisky()) {
                log.debug("The stop broke {} of {} off, interrupted: {}", work.name(), item.subject(), interrupted);
                attempts.note(work.name(), item.subject(), item.attempts()); // a stop is no failure of the item
            }
        }
    }

    private void end(WorkTable.Due due, Outcome outcome) {
        Instant now = clock.instant();
        if (work.isRisky()) {
            attempts.note(work.name(), due.item().subject(), 0);
        }
        switch (outcome) {
            case Outcome.Done() -> table.end(work.name(), due);
            case Outcome.GoOn(String progress) -> table.goOn(work.name(), due, Optional.of(progress), now);
            case Outcome.Later(Duration pause) ->
                table.goOn(work.name(), due, due.item().progress(), now.plus(pause));
        }
    }

    private void failed(Item item, Throwable cause) {
        int failures = item.attempts() + 1;
        if (failures >= (work.isRisky() ? MOST_RISKY_ATTEMPTS : MOST_ATTEMPTS)) {
            log.warn("{} is set aside: {} failed {} times", item.subject(), work.name(), failures, cause);
            table.setAttempts(work.name(), item.subject(), failures, clock.instant());
            setAside(item, cause.toString());
            return;
        }
        log.debug("{} of {} failed", work.name(), item.subject(), cause);
        Duration pause = FIRST_PAUSE.multipliedBy(1L << (2 * item.attempts()));
        table.setAttempts(work.name(), item.subject(), failures, clock.instant().plus(pause));
    }

    private void setAside(Item item, String reason) {
        table.setAside(work.name(), item.subject(), reason, clock.instant());
    }
}
