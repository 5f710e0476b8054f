package dev.strata.access.sessions;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long a login in a browser lasts.
 *
 * @param sessionIdle after the last request, from 1 minute
 * @param sessionLifetime after the login, however much it is used, from 1 minute to 90 days
 */
@ConfigurationProperties("strata.access")
public record SessionProperties(@DefaultValue("2h") Duration sessionIdle, @DefaultValue("12h") Duration sessionLifetime) {

    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofDays(90);

    public SessionProperties {
        require("strata.access.session-idle", sessionIdle);
        require("strata.access.session-lifetime", sessionLifetime);
    }

    private static void require(String setting, Duration duration) {
        if (duration.compareTo(SHORTEST) < 0 || duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(setting + " must be from 1m to 90d");
        }
    }
}
