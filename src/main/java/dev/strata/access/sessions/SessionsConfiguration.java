package dev.strata.access.sessions;

import dev.strata.access.ConditionalOnLogin;
import dev.strata.access.accounts.Passwords;
import dev.strata.access.people.People;
import java.security.SecureRandom;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Logins in browsers, where people sign in. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnLogin
@EnableConfigurationProperties(SessionProperties.class)
class SessionsConfiguration {

    @Bean
    StoredSessions storedSessions(
            SessionRows rows, Passwords accounts, People people, SessionProperties properties, Clock clock) {
        return new StoredSessions(rows, accounts, people, properties, clock);
    }

    @Bean
    Sessions sessions(StoredSessions stored, Clock clock) {
        return new Sessions(stored, clock, new SecureRandom());
    }
}
