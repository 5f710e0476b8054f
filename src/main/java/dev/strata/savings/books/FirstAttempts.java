package dev.strata.savings.books;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.OptionalLong;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Recognises a change that ends the process whenever it is folded. The first changes after a start are folded one by one,
 * and it is durable which one is under way. The one that a process ended with is suspected by the next process.
 */
@Component
class FirstAttempts implements SmartLifecycle {

    /** How many changes after a start. What ended the process is among those that the last checkpoint did not see folded. */
    private static final int CAREFUL = 500;
    private static final int MOST_ATTEMPTS = 2;

    private static final Attempt NONE = new Attempt("", 0);

    /** A change that was begun so many times. */
    private record Attempt(String change, int times) {}

    private final JdbcTemplate jdbc;
    private final ChangeNotes notes;
    private final SavingsRedo redo;
    private final TransactionTemplate transactions;
    private volatile boolean running;
    private volatile Attempt suspect = NONE;
    private volatile int left; // changed by the bookkeeper alone, as is what follows
    private volatile OptionalLong begun = OptionalLong.empty();
    private boolean isSuspectBegun;

    FirstAttempts(JdbcTemplate jdbc, ChangeNotes notes, SavingsRedo redo, PlatformTransactionManager transactions) {
        this.jdbc = jdbc;
        this.notes = notes;
        this.redo = redo;
        this.transactions = new TransactionTemplate(transactions);
        redo.listen(this::redo);
    }

    /** What the last process left to be folded is there now, and nothing else yet. */
    @Override
    public void start() {
        left = Math.min(CAREFUL, notes.count());
        suspect = kept();
        running = true;
    }

    /** Whatever was under way did not end this process. */
    @Override
    public void stop() {
        running = false;
        if (begun.isPresent()) {
            keep(NONE);
            begun = OptionalLong.empty();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Right behind the first of all, which makes the changes of a journal again. */
    @Override
    public int getPhase() {
        return Integer.MIN_VALUE + 1;
    }

    /** Whether changes are to be begun one by one. */
    boolean isCareful() {
        return left > 0;
    }

    /**
     * A change is about to be folded; returns when that is durable.
     *
     * @return whether it ended the process before, and is not to be begun again
     */
    boolean begin(Note note) {
        left = Math.max(0, left - 1);
        if (isSuspectBegun && begun.isPresent() && begun.getAsLong() != note.id()) {
            suspect = NONE; // it went well; changes that look like it are others
            isSuspectBegun = false;
        }
        String change = note.kind() + " " + note.repositoryId() + " " + note.subjectId();
        boolean suspected = change.equals(suspect.change());
        if (suspected && suspect.times() >= MOST_ATTEMPTS) {
            return true;
        }
        isSuspectBegun = suspected;
        begun = OptionalLong.of(note.id());
        keep(new Attempt(change, suspected ? suspect.times() + 1 : 1));
        return false;
    }

    private void keep(Attempt attempt) {
        transactions.executeWithoutResult(status -> {
            store(attempt);
            redo.append(bytes(attempt));
        });
    }

    private Attempt kept() {
        return jdbc
                .query(
                        "select change, times from savings_attempt where id = 1",
                        (row, number) -> new Attempt(row.getString(1), row.getInt(2)))
                .stream()
                .findFirst()
                .orElse(NONE);
    }

    private void store(Attempt attempt) {
        Object[] values = {attempt.change(), attempt.times()};
        if (jdbc.update("update savings_attempt set change = ?, times = ? where id = 1", values) == 0) {
            jdbc.update("insert into savings_attempt (id, change, times) values (1, ?, ?)", values);
        }
    }

    private void redo(byte[] change) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(change))) {
            Attempt attempt = new Attempt(in.readUTF(), in.readInt());
            transactions.executeWithoutResult(status -> store(attempt));
        } catch (IOException e) {
            throw new UncheckedIOException("This is no attempt", e);
        }
    }

    private static byte[] bytes(Attempt attempt) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeUTF(attempt.change());
            out.writeInt(attempt.times());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
