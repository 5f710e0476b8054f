package dev.strata.database.journal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

/** Shares one force to the disk among all threads that ask for it meanwhile. */
public final class GroupForce {

    /**
     * Those who share a force. The first of them forces; the others wake when it has, and need no lock for that, so that
     * the next force begins at once.
     */
    private record Group(AtomicBoolean hasLeader, CompletableFuture<Void> forced) {

        Group() {
            this(new AtomicBoolean(), new CompletableFuture<>());
        }
    }

    private final Runnable force;
    private final ReentrantLock forcing = new ReentrantLock();
    private final AtomicReference<Group> gathering = new AtomicReference<>(new Group());

    /** @param force makes durable what was written before it begins; throws where it cannot */
    public GroupForce(Runnable force) {
        this.force = force;
    }

    /** Returns when a force has ended that began after this call did. What it throws, all who share it get to see. */
    public void await() {
        Group group = gathering.get();
        if (group.hasLeader().compareAndSet(false, true)) {
            lead(group);
        }
        try {
            group.forced().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private void lead(Group group) {
        Runnable outcome = () -> group.forced().complete(null);
        forcing.lock();
        try {
            gathering.set(new Group()); // who asks from here on may have written too late for this force
            force.run();
        } catch (Throwable e) {
            outcome = () -> group.forced().completeExceptionally(e);
        } finally {
            forcing.unlock();
        }
        outcome.run();
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
