package dev.strata.savings.books;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.testing.RegistryTest;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;

/** A change with which the process ends is begun twice, and never again. */
@RegistryTest
class FirstAttemptsTest {

    @Autowired
    JdbcTemplate jdbc;

    @Autowired
    SavingsRedo redo;

    @Autowired
    ChangeNotes notes;

    @Autowired
    PlatformTransactionManager transactions;

    @AfterEach
    void forget() {
        jdbc.update("delete from savings_attempt");
    }

    @Test
    void whatEndsTheProcessTwiceIsNotBegunAThirdTime() {
        assertThat(start().begin(note(1))).isFalse(); // goes well, and then the process ends with the next one
        assertThat(start().begin(note(7))).isFalse();
        FirstAttempts second = start();
        assertThat(second.begin(note(1))).isFalse();
        assertThat(second.begin(note(7))).isFalse();
        FirstAttempts third = start();
        assertThat(third.begin(note(7))).isTrue();
        assertThat(third.begin(note(8))).isFalse();
    }

    @Test
    void nothingIsSuspectedAfterAChangeThatWentWell() {
        for (int start = 0; start < 5; start++) {
            FirstAttempts attempts = start();
            assertThat(attempts.begin(note(1))).isFalse();
            assertThat(attempts.begin(note(2))).isFalse();
            assertThat(attempts.begin(note(start + 10))).isFalse();
        }
    }

    @Test
    void aStopIsNoEndOfTheProcess() {
        for (int start = 0; start < 5; start++) {
            FirstAttempts attempts = start();
            assertThat(attempts.begin(note(1))).isFalse();
            attempts.stop();
        }
    }

    /** Such as the tags of one manifest. */
    @Test
    void changesThatLookAlikeAreNotTakenForOne() {
        for (int start = 0; start < 5; start++) {
            FirstAttempts attempts = start();
            for (int id = 0; id < 5; id++) {
                assertThat(attempts.begin(note(100 * start + id, 7))).isFalse();
            }
        }
    }

    @Test
    void aChangeThatTakesSeveralPiecesStaysSuspected() {
        for (int start = 0; start < 2; start++) {
            FirstAttempts attempts = start();
            assertThat(attempts.begin(note(3, 7))).isFalse();
            assertThat(attempts.begin(note(3, 7))).isFalse();
        }
        assertThat(start().begin(note(3, 7))).isTrue();
    }

    private FirstAttempts start() {
        FirstAttempts attempts = new FirstAttempts(jdbc, notes, redo, transactions);
        attempts.start();
        return attempts;
    }

    private static Note note(long subject) {
        return note(subject, subject);
    }

    private static Note note(long id, long subject) {
        return new Note(
                id, Note.Kind.BLOB_UNLINKED, 1, subject, OptionalLong.empty(), 0, false, false, Note.Way.UNKNOWN,
                Optional.empty(), Optional.empty());
    }
}
