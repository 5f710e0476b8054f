package dev.strata.storage.bucket;

import dev.strata.problem.RegistryException;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Asks the store whether it answers, and believes that for a moment: each question costs. */
final class Probe {

    private static final Duration BELIEVED = Duration.ofSeconds(5);
    /** It need not be there. */
    private static final String OBJECT = "probe";

    private final Bucket bucket;
    private long askedAt; // guarded by this
    private boolean wasAsked; // guarded by this
    private @Nullable RegistryException answer; // guarded by this

    Probe(Bucket bucket) {
        this.bucket = bucket;
    }

    /** @throws IOException where it did not answer */
    synchronized void require() throws IOException {
        if (!wasAsked || System.nanoTime() - askedAt > BELIEVED.toNanos()) {
            answer = ask();
            askedAt = System.nanoTime();
            wasAsked = true;
        }
        if (answer != null) {
            throw new IOException("The store cannot be written", answer);
        }
    }

    private @Nullable RegistryException ask() {
        try {
            bucket.probe(OBJECT);
            return null;
        } catch (RegistryException e) {
            return e;
        }
    }
}
