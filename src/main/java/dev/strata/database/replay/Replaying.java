package dev.strata.database.replay;

import org.springframework.stereotype.Component;

/** Whether what happens now happened before a crash, and is made again. */
@Component
public class Replaying {

    private volatile boolean now;

    /** True from the first change that is made again until the last one is; there is nothing else meanwhile. */
    public boolean isNow() {
        return now;
    }

    void set(boolean isNow) {
        now = isNow;
    }
}
