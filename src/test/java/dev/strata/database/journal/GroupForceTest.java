package dev.strata.database.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GroupForceTest {

    private static final int ASKERS = 12;

    private final ExecutorService askers = Executors.newFixedThreadPool(ASKERS);

    @AfterEach
    void end() {
        askers.shutdownNow();
    }

    /** Whatever the threads' order, what was written before the call is forced when it returns. */
    @Test
    void coversWhatWasWrittenBefore() throws Exception {
        AtomicLong written = new AtomicLong();
        AtomicLong durable = new AtomicLong();
        AtomicInteger forces = new AtomicInteger();
        GroupForce force = new GroupForce(() -> {
            long upTo = written.get();
            forces.incrementAndGet();
            Thread.yield();
            durable.accumulateAndGet(upTo, Math::max);
        });
        List<Future<?>> writers = new ArrayList<>();
        for (int writer = 0; writer < ASKERS; writer++) {
            writers.add(askers.submit(() -> {
                for (int i = 0; i < 2_000; i++) {
                    long mine = written.incrementAndGet();
                    force.await();
                    assertThat(durable.get()).isGreaterThanOrEqualTo(mine);
                }
            }));
        }
        for (Future<?> writer : writers) {
            writer.get();
        }
        assertThat(forces.get()).isBetween(2_000, ASKERS * 2_000);
    }

    /** All who ask while a force is under way share the next one: that one has begun too early for them. */
    @Test
    void sharesTheNextForce() throws Exception {
        Semaphore begun = new Semaphore(0);
        Semaphore mayEnd = new Semaphore(0);
        AtomicInteger forces = new AtomicInteger();
        GroupForce force = new GroupForce(() -> {
            forces.incrementAndGet();
            begun.release();
            mayEnd.acquireUninterruptibly();
        });
        List<Thread> waiting = new ArrayList<>(List.of(Thread.ofPlatform().start(force::await)));
        begun.acquire();
        for (int i = 1; i < ASKERS; i++) {
            waiting.add(Thread.ofPlatform().start(force::await));
        }
        for (Thread thread : waiting) {
            while (thread.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
        }
        mayEnd.release(2);
        for (Thread thread : waiting) {
            thread.join();
        }
        assertThat(forces).hasValue(2);
    }

    /** Nobody takes for durable what is not, and a later force is one of its own. */
    @Test
    void tellsAllWhoShareItThatItFailed() throws Exception {
        Semaphore begun = new Semaphore(0);
        Semaphore mayEnd = new Semaphore(0);
        AtomicInteger forces = new AtomicInteger();
        GroupForce force = new GroupForce(() -> {
            begun.release();
            mayEnd.acquireUninterruptibly();
            if (forces.incrementAndGet() <= 2) {
                throw new UncheckedIOException(new IOException("the disk is gone"));
            }
        });
        List<Future<?>> waiting = new ArrayList<>(List.of(askers.submit(force::await)));
        begun.acquire();
        for (int i = 1; i < ASKERS; i++) {
            waiting.add(askers.submit(force::await));
        }
        mayEnd.release(Integer.MAX_VALUE);
        int failed = 0;
        for (Future<?> asker : waiting) {
            try {
                asker.get(30, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                assertThat(e).hasCauseInstanceOf(UncheckedIOException.class);
                failed++;
            }
        }
        assertThat(failed).isGreaterThanOrEqualTo(2);
        assertThatCode(force::await).doesNotThrowAnyException();
    }

    @Test
    void keepsOthersFromForcing() throws Exception {
        AtomicInteger forces = new AtomicInteger();
        GroupForce force = new GroupForce(forces::incrementAndGet);
        Thread[] asker = new Thread[1];
        force.exclude(() -> {
            asker[0] = Thread.ofPlatform().start(force::await);
            while (asker[0].getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            assertThat(forces).hasValue(0);
        });
        asker[0].join();
        assertThat(forces).hasValue(1);
        assertThatThrownBy(() -> force.exclude(() -> {
                    throw new IllegalStateException("in vain");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThatCode(force::await).doesNotThrowAnyException();
    }
}
