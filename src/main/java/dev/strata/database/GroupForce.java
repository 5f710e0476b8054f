package dev.strata.database;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/** Shares one force to the disk among all threads that ask for it meanwhile. */
final class GroupForce {

    private final Runnable force;
    private final AtomicLong asked = new AtomicLong();
    private final ReentrantLock forcing = new ReentrantLock();
    private long answered; // guarded by forcing

    /** @param force makes durable what was written before it begins; throws where it cannot */
    GroupForce(Runnable force) {
        this.force = force;
    }

    /** Returns when a force has ended that began after this call did. What it throws, every asker gets to see. */
    void await() {
        long mine = asked.incrementAndGet();
        forcing.lock();
        try {
            if (answered >= mine) {
                return;
            }
            long upTo = asked.get();
            force.run();
            answered = upTo;
        } finally {
            forcing.unlock();
        }
    }

    /** Runs something while no force is under way. */
    void exclude(Runnable action) {
        forcing.lock();
        try {
            action.run();
        } finally {
            forcing.unlock();
        }
    }
}
