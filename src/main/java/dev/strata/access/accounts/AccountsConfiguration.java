package dev.strata.access.accounts;

import dev.strata.access.AccessProperties;
import dev.strata.access.ConditionalOnLogin;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What people and robots sign in with, where they do. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnLogin
class AccountsConfiguration {

    /** Shorter than clients wait for an answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Bean
    Bcrypt bcrypt() {
        return new Bcrypt(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), PATIENCE);
    }

    @Bean
    Passwords passwords(Accounts accounts, AccessProperties access, Clock clock, Bcrypt bcrypt) {
        return new Passwords(
                accounts, access.htpasswd() == null ? null : new Htpasswd(access.htpasswd(), clock, bcrypt), bcrypt);
    }

    @Bean
    FirstAdministrator firstAdministrator(Accounts accounts, Bcrypt bcrypt, AccessProperties access) {
        return new FirstAdministrator(accounts, bcrypt, access.adminPassword());
    }

    @Bean
    Robots robots(RobotRows robots, RobotSecretRows secrets, Passwords people, Clock clock) {
        return new Robots(robots, secrets, people, clock, new SecureRandom());
    }

    @Bean
    RefreshTokens refreshTokens(RefreshTokenRows rows, Passwords people, Robots robots, Clock clock) {
        return new RefreshTokens(rows, people, robots, clock, new SecureRandom());
    }

    @Bean
    RefreshTokenExpiry refreshTokenExpiry(RefreshTokens tokens) {
        return new RefreshTokenExpiry(tokens);
    }

    @Bean
    KeptCallers keptCallers(Passwords people, Robots robots) {
        return new KeptCallers(people, robots);
    }

    @Bean
    RobotUses robotUses(Robots robots, Clock clock) {
        return new RobotUses(robots, clock);
    }
}
