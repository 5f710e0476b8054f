package dev.strata.access.accounts;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Creates the account of whoever sets the registry up, at the first start and before the first request. */
class FirstAdministrator implements SmartLifecycle {

    static final String NAME = "admin";

    private static final Logger log = LoggerFactory.getLogger(FirstAdministrator.class);

    private final JdbcClient jdbc;
    private final Accounts accounts;
    private final Bcrypt bcrypt;
    private final @Nullable String password;
    private volatile boolean running;

    FirstAdministrator(JdbcClient jdbc, Accounts accounts, Bcrypt bcrypt, @Nullable String password) {
        this.jdbc = jdbc;
        this.accounts = accounts;
        this.bcrypt = bcrypt;
        this.password = password;
    }

    @Override
    public void start() {
        if (password != null && isNobodyThere() && accounts.createFirst(NAME, bcrypt.hash(password))) {
            log.info("Created the account {}", NAME);
        }
        running = true;
    }

    /** Asked without starting what reads entities, which takes longer than all else of a start. */
    private boolean isNobodyThere() {
        return jdbc.sql("select id from account fetch first 1 rows only").query(Long.class).list().isEmpty();
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
