package dev.strata.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.strata.testing.OnPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.TransactionTemplate;

/** Transactions on a database that others use too. */
class SharedTransactionsTest {

    private final HikariDataSource pool = new HikariDataSource();
    private final JdbcTemplate jdbc = new JdbcTemplate(pool);

    @BeforeEach
    void open() {
        pool.setJdbcUrl(OnPostgres.Database.settings()[0].substring("spring.datasource.url=".length()));
        pool.setUsername("postgres");
        pool.setPassword("postgres");
        pool.setMinimumIdle(0);
        new DatabaseProperties(Duration.ofMinutes(2), Duration.ZERO, Duration.ofMillis(300), true).limit(pool);
    }

    @AfterEach
    void close() {
        pool.close();
    }

    /** As those of a machine that is gone without a word. */
    @Test
    void theLocksOfATransactionThatGoesOnNoMoreEnd() throws SQLException {
        jdbc.execute("create table counted (n int)");
        jdbc.update("insert into counted values (0)");
        try (Connection gone = pool.getConnection();
                Statement statement = gone.createStatement()) {
            gone.setAutoCommit(false);
            statement.execute("update counted set n = 10");
            jdbc.update("update counted set n = n + 1"); // waits for the other
            assertThat(jdbc.queryForObject("select n from counted", Integer.class)).isEqualTo(1);
            assertThatThrownBy(gone::commit).isInstanceOf(SQLException.class);
        }
    }

    /** For that exception the web's answer is 503. */
    @Test
    void whoComesBackIsToldToTryAgain() {
        TransactionTemplate transaction = new TransactionTemplate(new TransactionsOfDatabase(pool));
        assertThatThrownBy(() -> transaction.executeWithoutResult(status -> {
                    jdbc.queryForObject("select 1", Integer.class);
                    awaitEnd();
                    jdbc.queryForObject("select 2", Integer.class);
                }))
                .isInstanceOf(TransactionSystemException.class);
    }

    /** The others see that this one's transaction is no more. */
    private void awaitEnd() {
        await("the end of the transaction").atMost(Duration.ofMinutes(1)).until(() -> {
            try (Connection other = pool.getConnection();
                    Statement statement = other.createStatement();
                    ResultSet idle = statement.executeQuery("select 1 from pg_stat_activity"
                            + " where state = 'idle in transaction' and datname = current_database()")) {
                return !idle.next();
            }
        });
    }

    @Test
    void anIsolationIsTheTransactionsOwn() {
        TransactionTemplate snapshot = new TransactionTemplate(new TransactionsOfDatabase(pool));
        snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_SERIALIZABLE);
        snapshot.setReadOnly(true);
        snapshot.executeWithoutResult(status -> {
            assertThat(shown("transaction_isolation")).isEqualTo("serializable");
            assertThat(shown("transaction_read_only")).isEqualTo("on");
            assertThat(shown("default_transaction_isolation")).isEqualTo("read committed");
            assertThat(shown("default_transaction_read_only")).isEqualTo("off");
        });
    }

    private String shown(String name) {
        return jdbc.queryForObject("select current_setting(?)", String.class, name);
    }
}
