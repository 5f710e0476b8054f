package dev.strata.access.guesses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.testing.MovableClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Failures slow down who makes them. */
class ThrottleTest {

    private final MovableClock clock = new MovableClock();
    private final Throttle throttle = new Throttle(clock);

    private void fail(int times, String account, String address) {
        for (int i = 0; i < times; i++) {
            throttle.noteFailure(account, address, account + address + i);
        }
    }

    private long pause(String account, String address) {
        RegistryException refusal =
                catchThrowableOfType(RegistryException.class, () -> throttle.require(account, address));
        if (refusal == null) {
            return 0;
        }
        assertThat(refusal.problem()).isEqualTo(Problem.TOO_MANY_FAILURES);
        return (Long) refusal.detail().get("seconds");
    }

    @Test
    void someFailuresAreFree() {
        fail(Throttle.FREE_ON_ACCOUNT - 1, "ann", "192.0.2.1");
        assertThat(pause("ann", "192.0.2.1")).isZero();
    }

    @Test
    void furtherOnesTakeLongerEachAndEnd() {
        fail(Throttle.FREE_ON_ACCOUNT, "ann", "192.0.2.1");
        long first = pause("ann", "192.0.2.1");
        fail(3, "ann", "192.0.2.1");
        assertThat(pause("ann", "192.0.2.9")).isGreaterThan(first).isLessThanOrEqualTo(61);
        assertThat(pause("ben", "192.0.2.1")).isZero();
        clock.moveOn(Duration.ofSeconds(62));
        assertThat(pause("ann", "192.0.2.1")).isZero();
    }

    @Test
    void theSameSecretTwiceIsOneFailure() {
        for (int i = 0; i < Throttle.FREE_ON_ACCOUNT - 1; i++) {
            throttle.noteFailure("ann", "192.0.2.1", "secret " + i);
            throttle.noteFailure("ann", "192.0.2.1", "secret " + i);
        }
        assertThat(pause("ann", "192.0.2.1")).isZero();
        for (int i = 0; i < 4; i++) {
            throttle.noteFailure("ann", "192.0.2.1", "the same");
        }
        assertThat(pause("ann", "192.0.2.1")).as("over and over it counts").isPositive();
    }

    @Test
    void anAddressIsSlowedDownWhateverNamesItTries() {
        for (int i = 0; i < Throttle.FREE_FROM_ADDRESS; i++) {
            fail(1, "name " + i, "2001:db8:1:2::" + i);
        }
        assertThat(pause("another", "2001:db8:1:2:ffff::1")).isPositive();
        assertThat(pause("another", "2001:db8:1:3::1")).isZero();
    }

    @Test
    void aRightPasswordForgivesTheAccount() {
        fail(Throttle.FREE_ON_ACCOUNT, "ann", "192.0.2.1");
        throttle.noteSuccess("ann", "192.0.2.1");
        assertThat(pause("ann", "192.0.2.1")).isZero();
    }

    @Test
    void whoSignedInFromAnAddressIsNotHeldUpByWhatOthersDoThere() {
        throttle.noteSuccess("ann", "192.0.2.1");
        for (int i = 0; i < 2 * Throttle.FREE_FROM_ADDRESS; i++) {
            fail(1, "name " + i, "192.0.2.1");
        }
        assertThat(pause("ann", "192.0.2.1")).isZero();
        assertThat(pause("ben", "192.0.2.1")).isBetween(1L, 60L);
    }

    @Test
    void whoSignedInFromAnAddressIsNotLockedOutByGuessesFromElsewhere() {
        throttle.noteSuccess("ann", "192.0.2.1");
        fail(2 * Throttle.FREE_ON_ACCOUNT, "ann", "192.0.2.2");
        assertThat(pause("ann", "192.0.2.1")).isZero();
        assertThat(pause("ann", "192.0.2.3")).isBetween(1L, 60L);
        throttle.noteSuccess("ann", "192.0.2.1");
        assertThat(pause("ann", "192.0.2.3")).as("who guesses is forgiven nothing").isPositive();
    }

    @Test
    void whoGuessesFromAnAddressThatTheAccountUsesIsSlowedDownThere() {
        throttle.noteSuccess("ann", "192.0.2.1");
        fail(Throttle.FREE_ON_ACCOUNT + 3, "ann", "192.0.2.1");
        assertThat(pause("ann", "192.0.2.1")).isBetween(1L, 60L);
        assertThat(pause("ben", "192.0.2.1")).isZero();
    }

    @Test
    void wrongSecretsHoldUpOnlyWrongSecrets() {
        for (int i = 0; i < Throttle.FREE_FROM_ADDRESS; i++) {
            throttle.noteWrongSecret("192.0.2.1", "secret " + i);
        }
        RegistryException refusal = catchThrowableOfType(
                RegistryException.class, () -> throttle.noteWrongSecret("192.0.2.1", "one more"));
        assertThat(refusal.problem()).isEqualTo(Problem.TOO_MANY_FAILURES);
        assertThat(pause("ann", "192.0.2.1")).isZero();
    }
}
