package dev.strata.storage;

import dev.strata.oci.Digest;
import java.util.concurrent.locks.StampedLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a blob's bytes from being deleted between the moment at which they are put in place and the end of the transaction
 * that makes a row point at them. In memory: one process serves a data directory. Digests that share a lock merely wait for
 * each other.
 */
final class BlobHolds {

    private static final int LOCKS = 1_024;

    private final StampedLock[] locks =
            Stream.generate(StampedLock::new).limit(LOCKS).toArray(StampedLock[]::new);

    /** Released by any thread, and once. */
    interface Hold extends AutoCloseable {

        @Override
        void close();
    }

    /** Any number of uploads hold a digest at once. They wait for a deletion, which is short. */
    Hold share(Digest digest) {
        StampedLock lock = lock(digest);
        long stamp = lock.readLock();
        return () -> lock.unlockRead(stamp);
    }

    /** Nobody else holds it meanwhile; null where somebody does. It never waits, so nobody waits behind it. */
    @Nullable Hold tryTakeAlone(Digest digest) {
        StampedLock lock = lock(digest);
        long stamp = lock.tryWriteLock();
        return stamp == 0 ? null : () -> lock.unlockWrite(stamp);
    }

    private StampedLock lock(Digest digest) {
        return locks[Math.floorMod(digest.hashCode(), LOCKS)];
    }
}
