package dev.strata.access.accounts;

import dev.strata.access.passwords.Bcrypt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Creates the account of whoever sets the registry up, at the first start. */
class FirstAdministrator extends AtStart {

    static final String NAME = "admin";

    private static final Logger log = LoggerFactory.getLogger(FirstAdministrator.class);

    private final Accounts accounts;
    private final Bcrypt bcrypt;
    private final @Nullable String password;

    FirstAdministrator(JdbcClient jdbc, Accounts accounts, Bcrypt bcrypt, @Nullable String password) {
        super(jdbc);
        this.accounts = accounts;
        this.bcrypt = bcrypt;
        this.password = password;
    }

    @Override
    void act() {
        try {
            if (password != null && !haveAccounts() && accounts.createFirst(NAME, bcrypt.hash(password))) {
                log.info("Created the account {}", NAME);
            }
        } catch (DataIntegrityViolationException e) {
            log.debug("Another process that shares the database has created it", e);
        }
    }
}
