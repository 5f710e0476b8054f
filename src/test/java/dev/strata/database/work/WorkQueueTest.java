package dev.strata.database.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.strata.testing.MovableClock;
import dev.strata.testing.RegistryTest;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.bean.override.convention.TestBean;
import org.springframework.transaction.support.TransactionTemplate;

/** What becomes of work that is noted in a transaction. */
@RegistryTest
@Import(WorkQueueTest.Works.class)
class WorkQueueTest {

    private static final MovableClock CLOCK = new MovableClock();
    /** What an item that fails waits for at the most before it is tried once more. */
    private static final Duration PAUSE = Duration.ofMinutes(1);

    @Autowired
    WorkQueue queue;

    @Autowired
    WorkTable table;

    @Autowired
    Attempts attempts;

    @Autowired
    Script plain;

    @Autowired
    Script risky;

    @Autowired
    TransactionTemplate transactions;

    @Autowired
    MeterRegistry meters;

    @TestBean
    Clock clock;

    static Clock clock() {
        return CLOCK;
    }

    /** Work that does what a test says, and notes what it was asked to do. */
    static final class Script implements Work {

        private final String name;
        private final boolean isRisky;
        final List<Item> pieces = new CopyOnWriteArrayList<>();
        final Map<String, Piece> plans = new ConcurrentHashMap<>();

        interface Piece {
            Outcome of(Item item) throws Exception;
        }

        Script(String name, boolean isRisky) {
            this.name = name;
            this.isRisky = isRisky;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public boolean isRisky() {
            return isRisky;
        }

        @Override
        public Outcome doNext(Item item) throws Exception {
            pieces.add(item);
            return plans.getOrDefault(item.subject(), any -> new Outcome.Done()).of(item);
        }

        List<String> subjects() {
            return pieces.stream().map(Item::subject).toList();
        }
    }

    @TestConfiguration
    static class Works {

        @Bean
        Script plain() {
            return new Script("plain", false);
        }

        @Bean
        Script risky() {
            return new Script("risky", true);
        }
    }

    @BeforeEach
    void forget() {
        plain.pieces.clear();
        risky.pieces.clear();
    }

    private void untilNothingWaits(Script script) {
        await().until(() -> queue.waiting(script.name()) == 0);
    }

    @Test
    void whatIsNotedIsDoneOnceItsTransactionCommitted() {
        transactions.executeWithoutResult(status -> {
            queue.add("plain", "committed");
            queue.add("plain", "committed");
        });
        transactions.executeWithoutResult(status -> {
            queue.add("plain", "rolled back");
            status.setRollbackOnly();
        });
        untilNothingWaits(plain);
        assertThat(plain.subjects()).containsExactly("committed");
    }

    @Test
    void whatIsAskedForWhileItIsDoneIsDoneOnceMore() {
        plain.plans.put("again", item -> {
            if (plain.pieces.size() == 1) {
                queue.add("plain", "again");
            }
            return new Work.Outcome.Done();
        });
        queue.add("plain", "again");
        untilNothingWaits(plain);
        assertThat(plain.subjects()).containsExactly("again", "again");
    }

    @Test
    void anItemGoesOnWhereItCameAndLetsOthersPass() {
        plain.plans.put("long", item -> {
            int from = item.progress().map(Integer::parseInt).orElse(0);
            if (from == 0) {
                queue.add("plain", "short");
            }
            return from == 3 ? new Work.Outcome.Done() : new Work.Outcome.GoOn(String.valueOf(from + 1));
        });
        queue.add("plain", "long");
        untilNothingWaits(plain);
        assertThat(plain.pieces.stream().filter(item -> item.subject().equals("long")).map(Work.Item::progress))
                .containsExactly(Optional.empty(), Optional.of("1"), Optional.of("2"), Optional.of("3"));
        assertThat(plain.subjects().indexOf("short")).isBetween(1, 3);
    }

    @Test
    void whatIsAskedForBeforeItsLastPieceIsDoneOnceMore() {
        plain.plans.put("long", item -> {
            if (plain.pieces.size() == 1) {
                queue.add("plain", "long");
            }
            return item.progress().isPresent() ? new Work.Outcome.Done() : new Work.Outcome.GoOn("half");
        });
        queue.add("plain", "long");
        untilNothingWaits(plain);
        assertThat(plain.pieces)
                .extracting(Work.Item::progress)
                .containsExactly(Optional.empty(), Optional.of("half"), Optional.empty(), Optional.of("half"));
    }

    /** As when a feature sets aside what its own work has just given back to it. */
    @Test
    void whatIsSetAsideWhileItIsDoneStaysThere() {
        plain.plans.put("refused", item -> {
            queue.setAside("plain", "refused", "it cannot be done");
            return new Work.Outcome.Done();
        });
        queue.add("plain", "refused");
        await().until(() -> queue.setAside("plain") == 1);
        queue.add("plain", "the next one");
        untilNothingWaits(plain); // and so the first one has ended too
        assertThat(queue.setAside("plain", "", 10)).extracting(SetAside::reason).containsExactly("it cannot be done");
        plain.plans.clear();
        queue.retry("plain");
        untilNothingWaits(plain);
    }

    @Test
    void whatFailsIsSetAsideAndTheRestGoesOn() {
        plain.plans.put("bad \uD83D\uDE80", item -> {
            throw new IllegalStateException("a reason with \0 and \uD83D " + "x".repeat(5_000));
        });
        queue.add("plain", "bad \uD83D\uDE80");
        queue.add("plain", "good");
        await().until(() -> {
            CLOCK.moveOn(PAUSE);
            return queue.waiting("plain") == 0;
        });
        assertThat(plain.subjects()).containsOnlyOnce("good").filteredOn("bad \uD83D\uDE80"::equals).hasSize(3);
        assertThat(queue.setAside("plain", "", 10))
                .extracting(SetAside::subject, SetAside::attempts)
                .containsExactly(tuple("bad \uD83D\uDE80", 3));
        assertThat(meters.get("strata.work.set.aside").tag("work", "plain").gauge().value()).isEqualTo(1);

        plain.plans.clear();
        queue.add("plain", "bad \uD83D\uDE80");
        assertThat(queue.setAside("plain")).as("what is set aside stays there").isEqualTo(1);
        queue.retry("plain");
        untilNothingWaits(plain);
        assertThat(queue.setAside("plain")).isZero();
        assertThat(plain.subjects().getLast()).isEqualTo("bad \uD83D\uDE80");
    }

    @Test
    void anErrorOfAnItemIsOnlyThatItems() {
        plain.plans.put("deep", item -> {
            throw new StackOverflowError();
        });
        plain.plans.put("unlinked", item -> {
            throw new NoClassDefFoundError("a class");
        });
        queue.add("plain", "deep");
        queue.add("plain", "unlinked");
        queue.add("plain", "good");
        await().until(() -> {
            CLOCK.moveOn(PAUSE);
            return queue.waiting("plain") == 0;
        });
        assertThat(plain.subjects()).containsOnlyOnce("good");
        assertThat(queue.setAside("plain", "", 10)).extracting(SetAside::subject).containsExactly("deep", "unlinked");
        plain.plans.clear();
        queue.retry("plain");
        untilNothingWaits(plain);
    }

    @Test
    void whatCannotBeDoneYetIsTriedLater() {
        plain.plans.put("later", item -> plain.pieces.size() == 1
                ? new Work.Outcome.Later(Duration.ofHours(1))
                : new Work.Outcome.Done());
        queue.add("plain", "later");
        queue.add("plain", "much later", Duration.ofDays(2));
        await().until(() -> plain.pieces.size() == 1
                && table.next("plain", CLOCK.instant()).isEmpty()); // it is put off by the clock as it stands
        CLOCK.moveOn(Duration.ofHours(2));
        await().until(() -> queue.waiting("plain") == 1);
        assertThat(plain.subjects()).containsExactly("later", "later");
        CLOCK.moveOn(Duration.ofDays(3));
        untilNothingWaits(plain);
        assertThat(plain.subjects()).containsExactly("later", "later", "much later");
    }

    @Test
    void whoeverAsksAgainDoesNotCutAPauseShort() {
        plain.plans.put("not yet", item -> plain.pieces.size() == 1
                ? new Work.Outcome.Later(Duration.ofHours(1))
                : new Work.Outcome.Done());
        queue.add("plain", "not yet");
        await().until(() -> plain.pieces.size() == 1
                && table.next("plain", CLOCK.instant()).isEmpty());
        queue.add("plain", "not yet");
        assertThat(table.next("plain", CLOCK.instant())).isEmpty();
        queue.add("plain", "early", Duration.ofDays(2));
        queue.add("plain", "early");
        await().until(() -> plain.subjects().contains("early"));
        CLOCK.moveOn(Duration.ofHours(2));
        untilNothingWaits(plain);
        assertThat(plain.subjects()).startsWith("not yet", "early", "not yet");

        plain.plans.put("failing", item -> {
            if (item.attempts() == 0) {
                throw new IllegalStateException("not the first time");
            }
            return new Work.Outcome.Done();
        });
        queue.add("plain", "failing");
        await().until(() -> plain.subjects().contains("failing")
                && table.next("plain", CLOCK.instant()).isEmpty());
        queue.add("plain", "failing");
        assertThat(table.next("plain", CLOCK.instant())).isEmpty();
        CLOCK.moveOn(PAUSE);
        untilNothingWaits(plain);
    }

    @Test
    void whatEndedTheProcessTwiceIsSetAside() {
        // As a crash leaves it: begun, and never ended.
        risky.plans.put("deadly", item -> new Work.Outcome.Done());
        queue.add("risky", "deadly", Duration.ofDays(30));
        attempts.redo(attempt("deadly", 2));
        untilNothingWaits(risky);
        assertThat(risky.pieces).isEmpty();
        assertThat(queue.setAside("risky", "", 10)).extracting(SetAside::subject).containsExactly("deadly");
        queue.retry("risky");
        untilNothingWaits(risky);
    }

    /** It did not end the process, and whoever reads why it was set aside must not think so. */
    @Test
    void whatIsRiskyAndFailsIsSetAsideWithItsReason() {
        risky.plans.put("failing", item -> {
            throw new IllegalStateException("no such thing");
        });
        queue.add("risky", "failing");
        await().until(() -> {
            CLOCK.moveOn(PAUSE);
            return queue.waiting("risky") == 0;
        });
        assertThat(queue.setAside("risky", "", 10))
                .filteredOn(aside -> aside.subject().equals("failing"))
                .singleElement()
                .satisfies(aside -> assertThat(aside.reason()).contains("no such thing"));
        risky.plans.clear();
        queue.retry("risky");
        untilNothingWaits(risky);
    }

    private static byte[] attempt(String subject, int attempts) {
        return Attempts.toBytes("risky", subject, attempts);
    }

    @Test
    void anAttemptCountsWhileItGoesOnOnly() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        risky.plans.put("slow", item -> {
            begun.countDown();
            mayEnd.await();
            return new Work.Outcome.GoOn("half");
        });
        queue.add("risky", "slow");
        begun.await();
        assertThat(table.next("risky", CLOCK.instant()).orElseThrow().item().attempts()).isEqualTo(1);
        risky.plans.put("slow", item -> new Work.Outcome.Done());
        mayEnd.countDown();
        untilNothingWaits(risky);
        assertThat(risky.pieces).extracting(Work.Item::attempts).containsExactly(0, 0);
    }

    @Test
    void manyItemsAreAllDone() {
        List<String> subjects = IntStream.range(0, 500).mapToObj(i -> "many " + i).toList();
        subjects.parallelStream().forEach(subject -> queue.add("plain", subject));
        untilNothingWaits(plain);
        assertThat(plain.subjects()).containsExactlyInAnyOrderElementsOf(subjects);
    }
}
