package dev.strata.access.passwords;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Secrets that can be told from everything else. */
class SecretTest {

    @Test
    void aSecretIsKnownByItsPrefixAndItsChecksum() {
        Random random = new Random(1);
        for (int i = 0; i < 1_000; i++) {
            String secret = Secret.ROBOT.create(random);
            assertThat(secret).matches("strata_robot_[0-9A-Za-z]{42}");
            assertThat(Secret.ROBOT.is(secret)).isTrue();
            assertThat(Secret.REFRESH.is(secret)).isFalse();
            int place = "strata_robot_".length() + random.nextInt(42);
            char other = secret.charAt(place) == 'a' ? 'b' : 'a';
            assertThat(Secret.ROBOT.is(secret.substring(0, place) + other + secret.substring(place + 1)))
                    .as("%s with another character at %d", secret, place)
                    .isFalse();
        }
        assertThat(Secret.ROBOT.is("strata_robot_")).isFalse();
    }
}
