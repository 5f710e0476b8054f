package dev.strata.web;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * How many answers of a kind are made at once. They take much of a processor's time, and pushes and pulls go on beside them,
 * however many are asked for.
 */
public final class Turns {

    private static final int FOR_EACH_PROCESSOR = 2;
    /** Each keeps a thread. */
    private static final int MOST_WAITING = 16;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private final String what;
    private final Semaphore turns =
            new Semaphore(FOR_EACH_PROCESSOR * Runtime.getRuntime().availableProcessors(), true);

    /** @param what the answers in messages, such as "reports" */
    public Turns(String what) {
        this.what = what;
    }

    /** Ends when the answer is made. */
    public final class Turn implements AutoCloseable {

        private Turn() {}

        /** Lets another have the turn while this one waits for its client. */
        public void pause(Sending sending) throws IOException {
            turns.release();
            try {
                sending.send();
            } finally {
                turns.acquireUninterruptibly();
            }
        }

        @Override
        public void close() {
            turns.release();
        }
    }

    /** What is sent to a client. */
    @FunctionalInterface
    public interface Sending {

        void send() throws IOException;
    }

    /**
     * Waits for a turn.
     *
     * @throws RegistryException CONTENDED where many wait already, or for too long
     */
    public Turn take() {
        try {
            if (turns.getQueueLength() < MOST_WAITING
                    && turns.tryAcquire(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                return new Turn();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new RegistryException(
                Problem.CONTENDED, "there are too many " + what + " at once", Map.of("waiting", MOST_WAITING));
    }
}
