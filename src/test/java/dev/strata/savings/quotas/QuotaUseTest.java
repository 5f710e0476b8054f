package dev.strata.savings.quotas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.access.rules.QuotaUses;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class QuotaUseTest {

    private static final Instant ENDED = Instant.parse("2026-11-30T12:00:00Z");

    private static final int OBJECTS = 40;

    private final QuotaUse use = new QuotaUse();

    @Test
    void whatIsTakenBeforeAnythingIsCountedIsKnown() {
        use.add(1, 100);
        use.begin();
        use.add(2, 10);
        assertThat(use.use()).isEqualTo(new QuotaUses.Use(110, Optional.empty()));
        use.see(1, 100);
        use.see(2, 10);
        use.end(ENDED);
        assertThat(use.use()).isEqualTo(new QuotaUses.Use(110, Optional.of(ENDED)));
    }

    @Test
    void aCountThatBeginsAnewLosesNothing() {
        use.add(1, 100);
        use.begin();
        use.add(2, 10);
        use.see(1, 100);
        use.begin();
        assertThat(use.bytes()).isEqualTo(110);
    }

    @Test
    void whatIsMoreThanCanBeRememberedIsRatherTooMuch() {
        use.begin();
        for (int i = 0; i < 5_000; i++) {
            use.add(i, 1);
        }
        assertThat(use.bytes()).isEqualTo(5_000);
        for (int i = 0; i < 5_000; i++) {
            use.see(i, 1);
        }
        use.end(ENDED);
        assertThat(use.bytes()).isBetween(5_000L, 10_000L);
        use.begin();
        for (int i = 0; i < 5_000; i++) {
            use.see(i, 1);
        }
        use.end(ENDED);
        assertThat(use.bytes()).isEqualTo(5_000);
    }

    @Test
    void whatGoesBeforeAnythingIsCountedTakesNothingFromWhatIsKnown() {
        use.add(1, 100);
        use.begin();
        use.remove(2, 70);
        assertThat(use.bytes()).isEqualTo(100);
    }

    /**
     * Objects come and go while counts go on that see each change at once, or not before the next count. Of each object the
     * size is another power of two: the figure tells which are in it.
     */
    @RepeatedTest(200)
    void saysWhatIsThere(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        Set<Integer> present = new HashSet<>();
        for (int count = 0; count < 10; count++) {
            change(present, random, 3);
            use.begin();
            Set<Integer> before = new HashSet<>(present);
            for (int id = 0; id < OBJECTS; id++) {
                change(present, random, 2);
                if ((random.nextBoolean() ? before : present).contains(id)) {
                    use.see(id, 1L << id);
                }
            }
            change(present, random, 2);
            use.end(ENDED);
            assertThat(Long.toBinaryString(use.bytes())).isEqualTo(Long.toBinaryString(sum(present)));
        }
    }

    private void change(Set<Integer> present, Random random, int most) {
        for (int changes = random.nextInt(most); changes > 0; changes--) {
            int id = random.nextInt(OBJECTS);
            if (present.add(id)) {
                use.add(id, 1L << id);
            } else {
                present.remove(id);
                use.remove(id, 1L << id);
            }
            if (use.use().countedAt().isPresent()) {
                assertThat(use.bytes()).isEqualTo(sum(present));
            }
        }
    }

    private static long sum(Set<Integer> ids) {
        return ids.stream().mapToLong(id -> 1L << id).sum();
    }
}
