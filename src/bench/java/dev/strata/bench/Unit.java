package dev.strata.bench;

/** What a figure counts, and whether more of it is better. */
enum Unit {
    MEGABYTES_PER_SECOND("MB/s", true),
    PER_SECOND("/s", true),
    TIMES("×", true),
    SECONDS("s", false),
    MILLISECONDS("ms", false),
    MEBIBYTES("MiB", false);

    private final String symbol;
    private final boolean moreIsBetter;

    Unit(String symbol, boolean moreIsBetter) {
        this.symbol = symbol;
        this.moreIsBetter = moreIsBetter;
    }

    String symbol() {
        return symbol;
    }

    boolean moreIsBetter() {
        return moreIsBetter;
    }

    /** How many times better the one figure is than the other. */
    double timesBetter(double one, double other) {
        return moreIsBetter ? one / other : other / one;
    }
}
