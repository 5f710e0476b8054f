package dev.strata.storage.files;

import dev.strata.oci.Digest;
import dev.strata.storage.directory.FileLocks;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.StampedLock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a blob's bytes from being deleted between the moment at which they are put in place and the end of the transaction
 * that makes a row point at them. Digests that share a lock merely wait for each other.
 */
final class BlobHolds {

    private static final int LOCKS = 1_024;
    private static final Duration PAUSE = Duration.ofMillis(2);
    /** Behind the one that says who serves the directory. */
    private static final long FIRST_PLACE = 1;
    /** Behind all of those. */
    private static final long DELETIONS = FIRST_PLACE + LOCKS;
    /** No place of {@link FileLocks} up to here is anybody else's. */
    static final long PLACES = DELETIONS + 1;

    private final List<Lock> locks;
    private final Lock deletions;

    /** @param between what holds between the processes that share the directory, where others do */
    BlobHolds(Optional<FileLocks> between) {
        this.locks = IntStream.range(0, LOCKS)
                .mapToObj(number -> new Lock(between, FIRST_PLACE + number))
                .toList();
        this.deletions = new Lock(between, DELETIONS);
    }

    /** Released by any thread, and once. */
    interface Hold extends AutoCloseable {

        @Override
        void close();
    }

    /** Any number of uploads hold a digest at once. They wait for a deletion, which is short. */
    Hold share(Digest digest) {
        return lock(digest).share();
    }

    /** Nobody else holds it meanwhile; null where somebody does. It never waits, so nobody waits behind it. */
    @Nullable Hold tryTakeAlone(Digest digest) {
        return lock(digest).tryTakeAlone();
    }

    private Lock lock(Digest digest) {
        return locks.get(Math.floorMod(digest.hashCode(), LOCKS));
    }

    /** Held for each deletion; null while nothing may be deleted. */
    @Nullable Hold tryDelete() {
        return deletions.tryShare();
    }

    /** Nothing is deleted meanwhile. It waits for deletions, which are short. */
    Hold keepAll() {
        return deletions.takeAlone();
    }

    /** Of the threads of this process first; those that share it share one lock between processes. */
    private static final class Lock {

        private final StampedLock within = new StampedLock();
        private final Optional<FileLocks> between;
        private final long place;
        // Guarded by this.
        private int sharing;
        private FileLocks.@Nullable Held shared;

        Lock(Optional<FileLocks> between, long place) {
            this.between = between;
            this.place = place;
        }

        Hold share() {
            long stamp = within.readLock();
            try {
                between.ifPresent(this::shareBetween);
                return shared(stamp);
            } catch (RuntimeException e) {
                within.unlockRead(stamp);
                throw e;
            }
        }

        @Nullable Hold tryShare() {
            long stamp = within.tryReadLock();
            if (stamp == 0) {
                return null;
            }
            boolean isShared = false;
            try {
                isShared = between.isEmpty() || tryShareBetween(between.get());
                return isShared ? shared(stamp) : null;
            } finally {
                if (!isShared) {
                    within.unlockRead(stamp);
                }
            }
        }

        private Hold shared(long stamp) {
            return () -> {
                if (between.isPresent()) {
                    leave();
                }
                within.unlockRead(stamp);
            };
        }

        private synchronized void shareBetween(FileLocks locks) {
            if (sharing == 0) {
                shared = locks.share(place);
            }
            sharing++;
        }

        private synchronized boolean tryShareBetween(FileLocks locks) {
            if (sharing == 0) {
                shared = locks.tryShare(place);
                if (shared == null) {
                    return false;
                }
            }
            sharing++;
            return true;
        }

        private synchronized void leave() {
            sharing--;
            if (sharing == 0 && shared != null) {
                shared.close();
                shared = null;
            }
        }

        @Nullable Hold tryTakeAlone() {
            long stamp = within.tryWriteLock();
            return stamp == 0 ? null : tryTakeAlone(stamp);
        }

        /** Gives the stamp back where another process has it. */
        private @Nullable Hold tryTakeAlone(long stamp) {
            if (between.isEmpty()) {
                return () -> within.unlockWrite(stamp);
            }
            FileLocks.Held held = null;
            try {
                held = between.get().tryTakeAlone(place);
            } finally {
                if (held == null) {
                    within.unlockWrite(stamp);
                }
            }
            return held == null ? null : both(held, stamp);
        }

        private Hold both(FileLocks.Held held, long stamp) {
            return () -> {
                try {
                    held.close();
                } finally {
                    within.unlockWrite(stamp);
                }
            };
        }

        Hold takeAlone() {
            while (true) {
                Hold hold = tryTakeAlone(within.writeLock());
                if (hold != null) {
                    return hold;
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }
}
