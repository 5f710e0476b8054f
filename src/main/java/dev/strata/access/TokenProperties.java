package dev.strata.access;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long what Strata gives out is good.
 *
 * @param tokenLifetime of a token, from a minute, which clients take for the least, to an hour
 * @param workloadLogin for how long a workload that has logged in gets new tokens, a day at the most; zero where it has to
 *     show a token of its platform each time
 */
@ConfigurationProperties("strata.access")
public record TokenProperties(@DefaultValue("5m") Duration tokenLifetime, @DefaultValue("1h") Duration workloadLogin) {

    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final Duration LONGEST_LOGIN = Duration.ofDays(1);

    public TokenProperties {
        if (tokenLifetime.compareTo(SHORTEST) < 0 || tokenLifetime.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("strata.access.token-lifetime must be from 1m to 1h");
        }
        if (workloadLogin.isNegative() || workloadLogin.compareTo(LONGEST_LOGIN) > 0) {
            throw new IllegalArgumentException("strata.access.workload-login must be from 0 to 24h");
        }
    }
}
