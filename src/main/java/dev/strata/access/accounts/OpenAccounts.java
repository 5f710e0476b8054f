package dev.strata.access.accounts;

import dev.strata.access.AccessProperties;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Keeps a registry that has accounts from being opened to everyone because a setting was lost. */
@Component
class OpenAccounts extends AtStart {

    private final boolean isMeant;

    OpenAccounts(JdbcClient jdbc, AccessProperties access, Environment environment) {
        super(jdbc);
        this.isMeant = access.anonymous() || access.hasLogin(environment);
    }

    @Override
    void act() {
        if (!isMeant && haveAccounts()) {
            throw new OpenAccountsException();
        }
    }
}
