package dev.strata.model;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.model.History.Answered;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HistoryTest {

    @Test
    void aReadThatSawWhatHadBeenOverwrittenIsNotExplained() throws Exception {
        History<String> history = new History<>();
        history.note("write a", () -> Answered.changes(before -> "a"));
        history.note("write b", () -> Answered.changes(before -> "b"));
        history.note("read", () -> Answered.observes("a", state -> state.equals("a")));

        assertThatThrownBy(() -> history.requireExplainable(""))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("read: a");
    }

    @Test
    void aReadBesideAWriteMaySeeEither() throws Exception {
        for (String seen : new String[] {"old", "new"}) {
            History<String> history = new History<>();
            CountDownLatch reading = new CountDownLatch(1);
            CountDownLatch written = new CountDownLatch(1);
            Thread reader = Thread.ofVirtual().start(() -> assertThatCode(() -> history.note("read", () -> {
                        reading.countDown();
                        written.await(1, TimeUnit.MINUTES);
                        return Answered.observes(seen, state -> state.equals(seen));
                    }))
                    .doesNotThrowAnyException());
            reading.await(1, TimeUnit.MINUTES);
            history.note("write", () -> Answered.changes(before -> "new"));
            written.countDown();
            reader.join();

            assertThatCode(() -> history.requireExplainable("old")).doesNotThrowAnyException();
        }
    }

    @Test
    void ofTwoDeletionsOneFindsNothing() throws Exception {
        History<Boolean> history = new History<>();
        history.note("delete", () -> Answered.deletes(true, there -> there, there -> false));
        history.note("delete", () -> Answered.deletes(true, there -> there, there -> false));

        assertThatThrownBy(() -> history.requireExplainable(true)).isInstanceOf(AssertionError.class);
    }
}
