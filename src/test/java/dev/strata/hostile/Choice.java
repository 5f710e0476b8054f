package dev.strata.hostile;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** What follows from a random number: the same for the same seed. */
record Choice(SplittableRandom random) {

    static Choice of(long seed, long number) {
        return new Choice(new SplittableRandom(seed * 1_000_003 + number));
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    int between(int least, int most) {
        return random.nextInt(least, most + 1);
    }

    /** True once in so many times. */
    boolean oneIn(int times) {
        return random.nextInt(times) == 0;
    }

    <T> T from(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    @SafeVarargs
    final <T> T of(T... values) {
        return values[random.nextInt(values.length)];
    }

    @SafeVarargs
    final <T> T by(Supplier<T>... makers) {
        return makers[random.nextInt(makers.length)].get();
    }

    byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Mostly small, rarely large, never more than the bound. */
    int length(int bound) {
        int magnitude = random.nextInt(1, 32 - Integer.numberOfLeadingZeros(bound));
        return Math.min(bound, random.nextInt(1 << magnitude) + random.nextInt(2));
    }
}
