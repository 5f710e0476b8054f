package dev.strata.access.accounts;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Creates the account of whoever sets the registry up, at the first start and before the first request. */
class FirstAdministrator implements SmartLifecycle {

    static final String NAME = "admin";

    private static final Logger log = LoggerFactory.getLogger(FirstAdministrator.class);

    private final Accounts accounts;
    private final Bcrypt bcrypt;
    private final @Nullable String password;
    private volatile boolean running;

    FirstAdministrator(Accounts accounts, Bcrypt bcrypt, @Nullable String password) {
        this.accounts = accounts;
        this.bcrypt = bcrypt;
        this.password = password;
    }

    @Override
    public void start() {
        if (password != null
                && accounts.list("", 1).isEmpty()
                && accounts.createFirst(NAME, bcrypt.hash(password))) {
            log.info("Created the account {}", NAME);
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
