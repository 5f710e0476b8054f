package dev.strata.access.refresh;

import dev.strata.access.ConditionalOnLogin;
import dev.strata.access.accounts.Passwords;
import dev.strata.access.people.People;
import dev.strata.access.robots.Robots;
import java.security.SecureRandom;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What clients keep in the place of a password, where people sign in. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnLogin
class RefreshConfiguration {

    @Bean
    RefreshTokens refreshTokens(
            RefreshTokenRows rows, Passwords accounts, People people, Robots robots, Clock clock) {
        return new RefreshTokens(rows, accounts, people, robots, clock, new SecureRandom());
    }

    @Bean
    RefreshTokenExpiry refreshTokenExpiry(RefreshTokens tokens) {
        return new RefreshTokenExpiry(tokens);
    }
}
