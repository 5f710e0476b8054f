package dev.strata.database;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.Properties;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How a database is used that several processes may share; the embedded one needs none of this.
 *
 * @param statementTimeout how long a statement may take; 0 for as long as it likes
 * @param lockTimeout how long a statement may wait for what another one has; 0 for as long as it may take. The database is told
 *     so when a connection begins, which not every pooler passes on
 * @param listen whether a connection of its own hears what other processes send
 */
@ConfigurationProperties("strata.database")
public record DatabaseProperties(
        @DefaultValue("30s") Duration statementTimeout,
        @DefaultValue("0") Duration lockTimeout,
        @DefaultValue("true") boolean listen) {

    private static final Duration AFTER_STATEMENT = Duration.ofSeconds(15);

    public DatabaseProperties {
        if (statementTimeout.isNegative() || lockTimeout.isNegative()) {
            throw new IllegalArgumentException("strata.database's time-outs must not be negative");
        }
    }

    /** A connection whose other end is gone is given up some time after each statement on it should have ended. */
    void limit(HikariDataSource pool) {
        Properties set = pool.getDataSourceProperties();
        set.putIfAbsent("tcpKeepAlive", "true");
        set.putIfAbsent("connectTimeout", "5");
        if (statementTimeout.isPositive()) {
            set.putIfAbsent("socketTimeout", Long.toString(statementTimeout.plus(AFTER_STATEMENT).toSeconds()));
        }
        if (lockTimeout.isPositive()) {
            set.putIfAbsent("options", "-c lock_timeout=" + lockTimeout.toMillis());
        }
    }
}
