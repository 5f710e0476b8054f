package dev.strata.access.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** However many logins somebody has fail, the logs stay readable. */
class ToldFailuresTest {

    @Test
    void eachMinuteSoManyAreToldOf() {
        ToldFailures failures = new ToldFailures();
        Instant start = Instant.parse("2026-11-30T12:00:00Z");
        for (int minute = 0; minute < 3; minute++) {
            Instant now = start.plusSeconds(60L * minute);
            assertThat(IntStream.range(0, 1_000).filter(i -> failures.takes(now.plusMillis(i))).count())
                    .isEqualTo(ToldFailures.MOST_IN_A_MINUTE);
        }
    }
}
