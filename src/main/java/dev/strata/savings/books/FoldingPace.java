package dev.strata.savings.books;

import java.time.Duration;
import org.springframework.stereotype.Component;

/** How much a transaction folds, so that it ends soon on this machine: everybody who writes waits for it now and then. */
@Component
public class FoldingPace {

    private static final Duration TOO_LONG = Duration.ofMillis(80);
    private static final int LEAST = 100;
    private static final int MOST = 2_000;

    /** Little at first: a process that has just started is slow. */
    private volatile int rows = 100;
    private volatile int most = MOST;

    /** About how many rows the next transaction may touch. */
    int rows() {
        return rows;
    }

    /** It took so long. */
    void took(Duration time) {
        if (time.compareTo(TOO_LONG) > 0) {
            rows = Math.max(Math.min(LEAST, most), rows / 2);
        } else {
            rows = Math.min(most, rows + rows / 8 + 1);
        }
    }

    /** Never goes beyond this from here on. */
    public void limit(int most) {
        this.most = most;
        rows = Math.min(rows, most);
    }
}
