package dev.strata.database;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How a database is used that several processes may share; the embedded one needs none of this.
 *
 * @param statementTimeout how long a statement may take; 0 for as long as it likes
 * @param lockTimeout how long a statement may wait for what another one has; 0 for as long as it may take. The database is told
 *     so when a connection begins, which not every pooler passes on
 * @param idleTransactionTimeout how long a transaction may wait for its process until the database ends it, with its locks; 0
 *     for as long as the connection seems to be there. The database is told in the same way
 * @param listen whether a connection of its own hears what other processes send
 */
@ConfigurationProperties("strata.database")
public record DatabaseProperties(
        @DefaultValue("30s") Duration statementTimeout,
        @DefaultValue("0") Duration lockTimeout,
        @DefaultValue("30s") Duration idleTransactionTimeout,
        @DefaultValue("true") boolean listen) {

    private static final Duration AFTER_STATEMENT = Duration.ofSeconds(15);

    public DatabaseProperties {
        if (statementTimeout.isNegative() || lockTimeout.isNegative() || idleTransactionTimeout.isNegative()) {
            throw new IllegalArgumentException("strata.database's time-outs must not be negative");
        }
    }

    /**
     * A connection whose other end is gone is given up some time after each statement on it should have ended. The database
     * gives up its end of it sooner: no change is made after a client was told that it may not have been.
     */
    void limit(HikariDataSource pool) {
        Properties set = pool.getDataSourceProperties();
        set.putIfAbsent("tcpKeepAlive", "true");
        set.putIfAbsent("connectTimeout", "5");
        if (statementTimeout.isPositive()) {
            set.putIfAbsent("socketTimeout", Long.toString(statementTimeout.plus(AFTER_STATEMENT).toSeconds()));
        }
        List<String> options = new ArrayList<>();
        if (lockTimeout.isPositive()) {
            options.add("-c lock_timeout=" + lockTimeout.toMillis());
        }
        if (idleTransactionTimeout.isPositive()) {
            options.add("-c idle_in_transaction_session_timeout=" + idleTransactionTimeout.toMillis());
        }
        if (!options.isEmpty()) {
            set.putIfAbsent("options", String.join(" ", options));
        }
    }
}
