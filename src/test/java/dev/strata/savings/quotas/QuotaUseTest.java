package dev.strata.savings.quotas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.access.rules.QuotaUses;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QuotaUseTest {

    private static final Instant ENDED = Instant.parse("2026-11-30T12:00:00Z");

    private final QuotaUse use = new QuotaUse();

    @Test
    void whatIsTakenWhileACountGoesOnIsNeitherLostNorCountedTwice() {
        use.add(1, 100);
        use.begin();
        use.add(2, 10);
        assertThat(use.bytes()).isEqualTo(110);
        assertThat(use.hasTaken(1)).isFalse();
        assertThat(use.hasTaken(2)).isTrue();
        assertThat(use.use().countedAt()).isEmpty();
        use.end(100, ENDED); // without what was taken since
        assertThat(use.use()).isEqualTo(new QuotaUses.Use(110, Optional.of(ENDED)));
        use.begin();
        assertThat(use.bytes()).isEqualTo(110);
        use.end(110, ENDED);
        assertThat(use.bytes()).isEqualTo(110);
    }

    @Test
    void aCountThatBeginsAnewLosesNothing() {
        use.add(1, 100);
        use.begin();
        use.add(2, 10);
        use.begin();
        assertThat(use.bytes()).isEqualTo(110);
    }

    @Test
    void whatIsMoreThanCanBeRememberedIsAdded() {
        use.begin();
        for (int i = 0; i < 5_000; i++) {
            use.add(i, 1);
        }
        assertThat(use.bytes()).isEqualTo(5_000);
        use.add(1, 1);
        use.begin();
        use.add(1, 7);
        use.add(1, 7);
        assertThat(use.bytes()).isEqualTo(5_008);
    }
}
