package dev.strata.model;

import java.util.SplittableRandom;

/** What a test's random choices follow from: {@code -Dstrata.model.seed}, or another one for every run. */
public final class Seed {

    private static final long VALUE = Long.getLong("strata.model.seed", System.nanoTime());

    private Seed() {}

    public interface Body {
        void run(SplittableRandom random) throws Exception;
    }

    /** Runs a test whose failure tells how to repeat it. */
    public static void run(Body test) throws Exception {
        try {
            test.run(new SplittableRandom(VALUE));
        } catch (AssertionError e) {
            throw new AssertionError("With -Dstrata.model.seed=" + VALUE + ": " + e.getMessage(), e);
        }
    }
}
