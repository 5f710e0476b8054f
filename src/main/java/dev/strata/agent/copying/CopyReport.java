package dev.strata.agent.copying;

import java.io.PrintStream;
import java.util.concurrent.atomic.LongAdder;

/** What was copied, and what could not be: that is listed at once, and counted. */
public final class CopyReport {

    private final PrintStream out;
    final LongAdder repositories = new LongAdder();
    final LongAdder tagsSet = new LongAdder();
    final LongAdder tagsAsTheyWere = new LongAdder();
    final LongAdder tagsKept = new LongAdder();
    final LongAdder manifests = new LongAdder();
    final LongAdder blobs = new LongAdder();
    final LongAdder bytes = new LongAdder();
    private final LongAdder left = new LongAdder();

    public CopyReport(PrintStream out) {
        this.out = out;
    }

    /** @param what of which repository, and why */
    void left(String what) {
        left.increment();
        out.println("left behind: " + what);
    }

    public boolean isWhole() {
        return left.sum() == 0;
    }

    public void sayAll() {
        out.printf("%,d repositories%n", repositories.sum());
        out.printf(
                "%,d tags set, %,d as they were, %,d kept as this registry has them%n",
                tagsSet.sum(), tagsAsTheyWere.sum(), tagsKept.sum());
        out.printf("%,d manifests and %,d blobs copied (%,d bytes)%n", manifests.sum(), blobs.sum(), bytes.sum());
        if (!isWhole()) {
            out.printf("%,d things were left behind%n", left.sum());
        }
    }
}
