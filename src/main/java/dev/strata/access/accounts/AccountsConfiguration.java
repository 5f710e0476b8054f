package dev.strata.access.accounts;

import dev.strata.access.AccessProperties;
import dev.strata.access.ConditionalOnLogin;
import dev.strata.access.passwords.Bcrypt;
import dev.strata.access.passwords.Htpasswd;
import java.time.Clock;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Who signs in with a password, where people sign in. */
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
    FirstAdministrator firstAdministrator(
            JdbcClient jdbc, Accounts accounts, Bcrypt bcrypt, AccessProperties access) {
        return new FirstAdministrator(jdbc, accounts, bcrypt, access.adminPassword());
    }

    @Bean
    EarlyEntities earlyEntities(Accounts accounts) {
        return new EarlyEntities(accounts);
    }
}
