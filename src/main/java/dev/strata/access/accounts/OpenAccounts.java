package dev.strata.access.accounts;

import dev.strata.access.AccessProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Keeps a registry that has accounts from being opened to everyone because a setting was lost. */
@Component
class OpenAccounts implements SmartLifecycle {

    private final JdbcClient jdbc;
    private final boolean isMeant;
    private volatile boolean running;

    OpenAccounts(JdbcClient jdbc, AccessProperties access, Environment environment) {
        this.jdbc = jdbc;
        this.isMeant = access.anonymous() || access.hasLogin(environment);
    }

    /** One row at the most, without starting what reads entities. */
    @Override
    public void start() {
        if (!isMeant && !jdbc.sql("select id from account fetch first 1 rows only").query(Long.class).list().isEmpty()) {
            throw new OpenAccountsException();
        }
        running = true;
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Behind what puts a crash right, which is the first of all. */
    @Override
    public int getPhase() {
        return Integer.MIN_VALUE + 1;
    }
}
