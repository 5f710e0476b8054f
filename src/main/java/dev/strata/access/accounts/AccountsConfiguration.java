package dev.strata.access.accounts;

import dev.strata.access.AccessProperties;
import dev.strata.access.ConditionalOnLogin;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What people and robots sign in with, where they do. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnLogin
@EnableConfigurationProperties(PeopleProperties.class)
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
    FirstAdministrator firstAdministrator(
            JdbcClient jdbc, Accounts accounts, Bcrypt bcrypt, AccessProperties access) {
        return new FirstAdministrator(jdbc, accounts, bcrypt, access.adminPassword());
    }

    @Bean
    EarlyEntities earlyEntities(Accounts accounts) {
        return new EarlyEntities(accounts);
    }

    @Bean
    People people(PersonRows rows, PeopleProperties properties, Clock clock) {
        return new People(rows, properties.peopleRemembered(), clock);
    }

    @Bean
    OldPeople oldPeople(People people) {
        return new OldPeople(people);
    }

    @Bean
    Robots robots(RobotRows robots, RobotSecretRows secrets, Passwords accounts, People people, Clock clock) {
        return new Robots(robots, secrets, accounts, people, clock, new SecureRandom());
    }

    @Bean
    RefreshTokens refreshTokens(
            RefreshTokenRows rows, Passwords accounts, People people, Robots robots, Clock clock) {
        return new RefreshTokens(rows, accounts, people, robots, clock, new SecureRandom());
    }

    @Bean
    RefreshTokenExpiry refreshTokenExpiry(RefreshTokens tokens) {
        return new RefreshTokenExpiry(tokens);
    }

    @Bean
    KeptCallers keptCallers(Passwords accounts, People people, Robots robots) {
        return new KeptCallers(accounts, people, robots);
    }

    @Bean
    RobotUses robotUses(Robots robots, Clock clock) {
        return new RobotUses(robots, clock);
    }
}
