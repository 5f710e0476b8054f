package dev.strata.access.people;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * People whom issuers name.
 *
 * @param peopleRemembered how long what an issuer said of somebody holds after their last login, from 1 hour to a year
 */
@ConfigurationProperties("strata.access")
public record PeopleProperties(@DefaultValue("30d") Duration peopleRemembered) {

    private static final Duration SHORTEST = Duration.ofHours(1);
    private static final Duration LONGEST = Duration.ofDays(366);

    public PeopleProperties {
        if (peopleRemembered.compareTo(SHORTEST) < 0 || peopleRemembered.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("strata.access.people-remembered must be from 1h to 366d");
        }
    }
}
