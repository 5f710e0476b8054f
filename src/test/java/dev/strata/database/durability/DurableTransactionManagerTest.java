package dev.strata.database.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.database.journal.Noted;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What a transaction changed is noted as the last thing before it commits, or not at all. */
class DurableTransactionManagerTest {

    private final List<String> happened = new ArrayList<>();
    private final JdbcDataSource source = new JdbcDataSource();
    private final JdbcTemplate jdbc = new JdbcTemplate(source);
    private Consumer<String> onNote = what -> {};
    private DurableTransactionManager manager;

    @BeforeEach
    void create() {
        source.setURL("jdbc:h2:mem:durable-transactions;DB_CLOSE_DELAY=-1");
        jdbc.execute("drop all objects");
        jdbc.execute("create table number (n int primary key)");
        manager = new DurableTransactionManager(new JdbcTransactionManager(source), new Recording(), new WriteWatch());
    }

    private final class Recording implements CommitDurability {

        @Override
        public int replay(Consumer<Noted> again) {
            return 0;
        }

        @Override
        public void begin() {
            happened.add("begin");
        }

        @Override
        public void note(List<Noted> changes) {
            String what = "note " + changes.stream().map(noted -> new String(noted.change())).toList();
            happened.add(what);
            onNote.accept(what);
        }

        @Override
        public void notCommitted() {
            happened.add("not committed");
        }

        @Override
        public void end() {
            happened.add("end");
        }

        @Override
        public void force() {
            happened.add("force");
        }

        @Override
        public void checkpointIfNeeded() {
            happened.add("checkpoint");
        }

        @Override
        public void checkpoint() {
            happened.add("checkpoint");
        }

        @Override
        public boolean copy(Path zip) {
            return false;
        }

        @Override
        public int damagedFiles() {
            return 0;
        }

        @Override
        public int setAside() {
            return 0;
        }
    }

    @Test
    void aCommitWhoseChangesAreNotNotedIsFollowedByACheckpoint() {
        manager = DurableTransactionManager.checkpointing(
                new JdbcTransactionManager(source), new Recording(), new WriteWatch());
        transactions().executeWithoutResult(status -> jdbc.update("insert into number values (1)"));
        assertThat(happened).containsExactly("begin", "end", "checkpoint");
    }

    private TransactionTemplate transactions() {
        return new TransactionTemplate(manager);
    }

    private void write(int number) {
        manager.append('n', String.valueOf(number).getBytes());
        jdbc.update("insert into number values (?)", number);
    }

    @Test
    void allChangesAreNotedTogetherJustBeforeTheCommit() {
        transactions().executeWithoutResult(status -> {
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void beforeCommit(boolean readOnly) {
                    write(3);
                }
            });
            write(1);
            transactions().executeWithoutResult(inner -> write(2));
            happened.add("written");
        });
        assertThat(happened).containsExactly("begin", "written", "note [1, 2, 3]", "end", "force");
        assertThat(jdbc.queryForObject("select count(*) from number", Integer.class)).isEqualTo(3);
    }

    @Test
    void whatIsRolledBackIsNotNoted() {
        assertThatThrownBy(() -> transactions().executeWithoutResult(status -> {
                    write(1);
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");
        transactions().executeWithoutResult(status -> {
            write(1);
            status.setRollbackOnly();
        });
        assertThat(happened).containsExactly("begin", "end", "begin", "end", "force");
        assertThat(jdbc.queryForObject("select count(*) from number", Integer.class)).isZero();
    }

    @Test
    void whatCannotBeNotedIsRolledBack() {
        onNote = what -> {
            throw new IllegalStateException("the disk is full");
        };
        assertThatThrownBy(() -> transactions().executeWithoutResult(status -> write(1))).hasMessage("the disk is full");
        assertThat(happened).containsExactly("begin", "note [1]", "end");
        assertThat(jdbc.queryForObject("select count(*) from number", Integer.class)).isZero();
    }

    /** The journal has it and the database does not: nobody can say any more what is true. */
    @Test
    void aCommitThatFailsAfterItWasNotedIsTold() {
        onNote = what -> jdbc.execute("shutdown immediately");
        assertThatThrownBy(() -> transactions().executeWithoutResult(status -> write(1))).isNotNull();
        assertThat(happened).containsExactly("begin", "note [1]", "not committed", "end");
    }

    @ParameterizedTest
    @ValueSource(ints = {TransactionDefinition.PROPAGATION_REQUIRES_NEW, TransactionDefinition.PROPAGATION_NESTED})
    void noTransactionBeginsWithinAnother(int propagation) {
        TransactionTemplate inner = transactions();
        inner.setPropagationBehavior(propagation);
        assertThatThrownBy(() -> transactions()
                        .executeWithoutResult(status -> inner.executeWithoutResult(again -> write(1))))
                .isInstanceOf(IllegalTransactionStateException.class);
        assertThat(happened).containsExactly("begin", "end");
    }

    @Test
    void nothingIsAppendedWhereNothingCanBeWritten() {
        assertThatThrownBy(() -> manager.append('n', new byte[0])).isInstanceOf(IllegalTransactionStateException.class);
        TransactionTemplate reading = transactions();
        reading.setReadOnly(true);
        assertThatThrownBy(() -> reading.executeWithoutResult(status ->
                        transactions().executeWithoutResult(inner -> manager.append('n', new byte[0]))))
                .isInstanceOf(IllegalTransactionStateException.class);
        TransactionTemplate none = transactions();
        none.setPropagationBehavior(TransactionDefinition.PROPAGATION_SUPPORTS);
        none.executeWithoutResult(status -> assertThatThrownBy(() -> manager.append('n', new byte[0]))
                .isInstanceOf(IllegalTransactionStateException.class));
        assertThat(happened).containsExactly("begin", "end");
    }
}
