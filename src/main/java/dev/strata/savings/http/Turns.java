package dev.strata.savings.http;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/**
 * How many reports are made at once. They take much of a processor's time, and pushes and pulls go on beside them, however
 * many are asked for.
 */
@Component
class Turns {

    private static final int FOR_EACH_PROCESSOR = 2;
    /** Each keeps a thread. */
    private static final int MOST_WAITING = 32;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private final Semaphore turns =
            new Semaphore(FOR_EACH_PROCESSOR * Runtime.getRuntime().availableProcessors(), true);

    /** Ends when the report is made. */
    interface Turn extends AutoCloseable {

        @Override
        void close();
    }

    /**
     * Waits for a turn.
     *
     * @throws RegistryException CONTENDED where many wait already, or for too long
     */
    Turn take() {
        try {
            if (turns.getQueueLength() < MOST_WAITING
                    && turns.tryAcquire(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                return turns::release;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new RegistryException(
                Problem.CONTENDED, "there are too many reports at once", Map.of("waiting", MOST_WAITING));
    }
}
