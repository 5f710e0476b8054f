package dev.strata.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.DelegatingTransactionDefinition;

/**
 * On PostgreSQL, where the driver would set an isolation for the session: a pooler gives the session's connection to others
 * before the transaction begins. Here the transaction says it, as its first statement.
 */
final class TransactionsOfDatabase extends JdbcTransactionManager {

    TransactionsOfDatabase(DataSource dataSource) {
        super(dataSource);
    }

    /** What the driver is told: nothing of the isolation. */
    private static final class Begun extends DelegatingTransactionDefinition {

        private final int isolation;

        Begun(TransactionDefinition wanted) {
            super(wanted);
            this.isolation = wanted.getIsolationLevel();
        }

        @Override
        public int getIsolationLevel() {
            return ISOLATION_DEFAULT;
        }
    }

    @Override
    protected void doBegin(Object transaction, TransactionDefinition definition) {
        super.doBegin(transaction, new Begun(definition));
    }

    @Override
    protected void prepareTransactionalConnection(Connection connection, TransactionDefinition definition)
            throws SQLException {
        super.prepareTransactionalConnection(connection, definition);
        if (definition instanceof Begun begun && begun.isolation != TransactionDefinition.ISOLATION_DEFAULT) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("set transaction isolation level " + name(begun.isolation));
            }
        }
    }

    private static String name(int isolation) {
        return switch (isolation) {
            case TransactionDefinition.ISOLATION_SERIALIZABLE -> "serializable";
            case TransactionDefinition.ISOLATION_REPEATABLE_READ -> "repeatable read";
            default -> "read committed";
        };
    }
}
