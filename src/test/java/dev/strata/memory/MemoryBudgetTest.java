package dev.strata.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.strata.memory.MemoryBudget.Share;
import dev.strata.problem.RegistryException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MemoryBudgetTest {

    private static final Duration LONG = Duration.ofSeconds(50);
    private static final Duration SHORT = Duration.ofMillis(50);

    private static MemoryBudget budget(long bytes, Duration wait) {
        return new MemoryBudget(bytes, wait, new SimpleMeterRegistry());
    }

    @Test
    void whatIsGivenBackTwiceCountsOnce() {
        MemoryBudget budget = budget(100, SHORT);
        Share first = budget.take(60, "bodies");
        try (Share second = budget.take(30, "bodies")) {
            first.close();
            first.close();
            assertThat(budget.taken()).isEqualTo(30);
            assertThat(second.bytes()).isEqualTo(30);
        }
        assertThat(budget.taken()).isZero();
    }

    @Test
    void aShareThatShrinksLeavesRoomForOthers() throws Exception {
        MemoryBudget budget = budget(100, SHORT);
        try (ExecutorService other = Executors.newSingleThreadExecutor();
                Share share = budget.take(80, "reports")) {
            share.grow(500);
            share.shrinkTo(1_000);
            assertThat(share.bytes()).isEqualTo(580);
            share.shrinkTo(70);
            assertThat(share.bytes()).isEqualTo(70);
            assertThat(budget.taken()).isEqualTo(70);
            try (Share beside = other.submit(() -> budget.take(30, "bodies")).get();
                    Share alone = other.submit(() -> budget.take(5, "bodies")).get()) {
                assertThat(budget.taken()).isEqualTo(70 + beside.bytes() + alone.bytes());
            }
        }
        assertThat(budget.taken()).isZero();
    }

    @Test
    void oneThreadGoesBeyondAndTheOthersWaitForIt() throws Exception {
        MemoryBudget budget = budget(100, SHORT);
        try (ExecutorService other = Executors.newSingleThreadExecutor();
                Share all = budget.take(100, "bodies")) {
            try (Share beyond = budget.take(500, "bodies");
                    Share more = budget.take(1, "bodies")) {
                assertThat(budget.taken()).isEqualTo(all.bytes() + beyond.bytes() + more.bytes()).isEqualTo(601);
                assertThatThrownBy(() -> other.submit(() -> budget.take(1, "bodies")).get())
                        .hasCauseInstanceOf(RegistryException.class)
                        .hasMessageContaining("there are too many bodies at once");
            }
            try (Share next = other.submit(() -> budget.take(1, "bodies")).get()) {
                assertThat(next.bytes()).isEqualTo(1);
            }
        }
        assertThat(budget.taken()).isZero();
    }

    @Test
    void whatCouldNotGrowKeepsWhatItHad() throws Exception {
        MemoryBudget budget = budget(100, SHORT);
        Share mine = budget.take(80, "bodies");
        try (ExecutorService other = Executors.newSingleThreadExecutor();
                Share beyond = other.submit(() -> budget.take(200, "reports")).get()) {
            assertThatThrownBy(() -> mine.grow(21)).isInstanceOf(RegistryException.class);
            assertThat(mine.bytes()).isEqualTo(80);
            assertThat(beyond.bytes()).isEqualTo(200);
        }
        mine.close();
        assertThat(budget.taken()).isZero();
    }

    @Test
    void whatCanBeHadAgainIsDroppedWhenThereIsNoRoom() {
        MemoryBudget budget = budget(100, SHORT);
        AtomicLong drops = new AtomicLong();
        budget.whenShort(drops::incrementAndGet);
        try (Share most = budget.take(80, "bodies")) {
            assertThat(drops).hasValue(0);
            try (Share more = budget.take(80, "bodies")) {
                assertThat(budget.taken()).isEqualTo(most.bytes() + more.bytes());
                assertThat(drops).hasValue(1);
            }
        }
    }

    /** What is given back goes to those who wait for it, and those who still have no room go on waiting. */
    @Test
    void whoeverWaitsIsServedInOrder() throws Exception {
        MemoryBudget budget = budget(100, LONG);
        List<String> served = Collections.synchronizedList(new ArrayList<>());
        try (ExecutorService others = Executors.newCachedThreadPool()) {
            Share most = budget.take(100, "bodies");
            Share alone = budget.take(1, "bodies");
            List<Future<?>> waiting = new ArrayList<>();
            for (String name : List.of("first", "second", "third")) {
                Thread[] thread = new Thread[1];
                CountDownLatch begun = new CountDownLatch(1);
                waiting.add(others.submit(() -> {
                    thread[0] = Thread.currentThread();
                    begun.countDown();
                    try (Share share = budget.take(90, "bodies")) {
                        served.add(name);
                        assertThat(share.bytes()).isEqualTo(90);
                    }
                }));
                begun.await();
                await().until(() -> thread[0].getState() == Thread.State.TIMED_WAITING);
            }
            most.close();
            for (Future<?> each : waiting) {
                each.get();
            }
            alone.close();
        }
        assertThat(served).containsExactly("first", "second", "third");
        assertThat(budget.taken()).isZero();
    }

    /** Each holds some and needs more, as a body that arrives does and then is read: all of them end. */
    @Test
    void threadsThatHoldMemoryAndNeedMoreDoNotWaitForEachOther() throws Exception {
        int threads = 8;
        long shared = 100;
        long largest = 90;
        MemoryBudget budget = budget(shared, LONG);
        AtomicLong held = new AtomicLong();
        AtomicLong most = new AtomicLong();
        CyclicBarrier start = new CyclicBarrier(threads);
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                SplittableRandom random = new SplittableRandom(thread);
                all.add(executor.submit(() -> {
                    start.await();
                    for (int round = 0; round < 200; round++) {
                        long mine = 0;
                        try (Share body = budget.take(1, "bodies")) {
                            for (mine = 1; mine < largest / 2; mine += 10) {
                                body.grow(10);
                                most.accumulateAndGet(held.addAndGet(10), Math::max);
                                Thread.yield();
                            }
                            try (Share document = budget.take(random.nextLong(largest / 2), "documents")) {
                                assertThat(document.bytes()).isLessThan(largest / 2);
                            }
                            held.addAndGet(1 - mine);
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
        assertThat(budget.taken()).isZero();
        assertThat(most.get()).isBetween(1L, shared + largest);
    }
}
