package dev.strata.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.memory.SharedContent.Hold;
import dev.strata.problem.RegistryException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SharedContentTest {

    private final MemoryBudget budget = new MemoryBudget(100, Duration.ofMillis(50), new SimpleMeterRegistry());
    private final SharedContent<String> contents = SharedContent.kept(budget, "manifests");

    @Test
    void whatManyUseIsCountedOnceUntilTheLastHasIt() {
        Hold first = contents.hold("a", 60);
        Hold second = contents.hold("a", 60);
        Hold other = contents.hold("b", 30);
        assertThat(budget.taken()).isEqualTo(90);
        first.close();
        first.close();
        assertThat(budget.taken()).isEqualTo(90);
        other.close();
        assertThat(budget.taken()).isEqualTo(60);
        second.close();
        assertThat(budget.taken()).isZero();
    }

    @Test
    void whatFoundNoRoomLeavesNothingBehind() throws Exception {
        try (ExecutorService other = Executors.newSingleThreadExecutor();
                MemoryBudget.Share all = other.submit(() -> budget.take(1_000, "bodies")).get()) {
            assertThatThrownBy(() -> contents.hold("a", 200)).isInstanceOf(RegistryException.class);
            assertThat(budget.taken()).isEqualTo(all.bytes());
        }
        try (Hold again = contents.hold("a", 60)) {
            assertThat(again).isNotNull();
            assertThat(budget.taken()).isEqualTo(60);
        }
        assertThat(budget.taken()).isZero();
    }

    /** One after the other they would wait for minutes. */
    @Test
    void whoeverComesTogetherIsRefusedTogether() throws Exception {
        int clients = 20;
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        MemoryBudget small = new MemoryBudget(100, Duration.ofSeconds(2), meters);
        SharedContent<String> shared = SharedContent.kept(small, "manifests");
        CyclicBarrier start = new CyclicBarrier(clients);
        try (ExecutorService threads = Executors.newFixedThreadPool(clients + 1);
                MemoryBudget.Share all = threads.submit(() -> small.take(1_000, "bodies")).get()) {
            List<Future<?>> refused = new ArrayList<>();
            for (int client = 0; client < clients; client++) {
                refused.add(threads.submit(() -> {
                    start.await();
                    return shared.hold("a", 200);
                }));
            }
            for (Future<?> each : refused) {
                assertThatThrownBy(each::get).hasCauseInstanceOf(RegistryException.class);
            }
            assertThat(small.taken()).isEqualTo(all.bytes());
            assertThat(meters.get("strata.memory.refused").counter().count()).isLessThan(clients);
        }
    }

    @Test
    void nothingStaysWhateverComesBetween() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                int number = thread;
                all.add(threads.submit(() -> {
                    for (int round = 0; round < 5_000; round++) {
                        try (Hold _ = contents.hold("content " + (number + round) % 3, 30)) {
                            assertThat(budget.taken()).isBetween(30L, 90L);
                        }
                    }
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
        assertThat(budget.taken()).isZero();
    }
}
