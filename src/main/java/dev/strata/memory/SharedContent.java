package dev.strata.memory;

import dev.strata.memory.MemoryBudget.Share;
import dev.strata.problem.RegistryException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Content that several requests use at the same time and that is in memory once: its first user takes its share, and the
 * last gives it back.
 *
 * @param <K> what tells the content
 */
public final class SharedContent<K> {

    /** So many wait with the first; each keeps a thread. */
    private static final int MOST_WAITING = 16;

    private final MemoryBudget budget;
    private final String what;
    private final boolean isLoaded;
    private final ConcurrentMap<K, Use> uses = new ConcurrentHashMap<>();

    private SharedContent(MemoryBudget budget, String what, boolean isLoaded) {
        this.budget = budget;
        this.what = what;
        this.isLoaded = isLoaded;
    }

    /**
     * Content that is there, and may have any number of users.
     *
     * @param what the content in messages, such as "manifests"
     */
    public static <K> SharedContent<K> kept(MemoryBudget budget, String what) {
        return new SharedContent<>(budget, what, false);
    }

    /**
     * Content that its first user makes, while the others wait for it: so there are few of them.
     *
     * @param what the content in messages, such as "manifests"
     */
    public static <K> SharedContent<K> loaded(MemoryBudget budget, String what) {
        return new SharedContent<>(budget, what, true);
    }

    /** Ends once; further times do nothing. */
    public interface Hold extends AutoCloseable {

        @Override
        void close();
    }

    /**
     * Takes the content's share, unless somebody has.
     *
     * @return to be closed when the caller needs the content no longer
     * @throws RegistryException CONTENDED
     */
    public Hold hold(K key, long bytes) {
        Use use = uses.compute(key, (same, present) -> {
            Use joined = present == null ? new Use() : present;
            if ((isLoaded || !joined.taken) && joined.users > MOST_WAITING) {
                throw budget.refused(what, bytes);
            }
            joined.users++;
            return joined;
        });
        Ending ending = new Ending(key, use);
        try {
            use.take(bytes);
            return ending;
        } catch (RuntimeException e) {
            ending.close();
            throw e;
        }
    }

    private final class Use {

        private int users; // changed within the map's compute only
        private @Nullable Share share;
        private @Nullable RegistryException refusal;
        private volatile boolean taken;

        /** Those who come together wait for the first of them, and are refused with it: they do not wait in turn. */
        synchronized void take(long bytes) {
            if (refusal != null) {
                throw refusal;
            }
            if (share == null) {
                try {
                    share = budget.take(bytes, what);
                    taken = true;
                } catch (RegistryException e) {
                    refusal = e;
                    throw e;
                }
            }
        }

        synchronized void giveBack() {
            if (share != null) {
                share.close();
                share = null;
            }
        }
    }

    private final class Ending implements Hold {

        private final K key;
        private @Nullable Use use;

        Ending(K key, Use use) {
            this.key = key;
            this.use = use;
        }

        @Override
        public synchronized void close() {
            Use ended = use;
            use = null;
            if (ended != null) {
                uses.compute(key, (same, present) -> {
                    ended.users--;
                    if (ended.users == 0) {
                        ended.giveBack();
                        return null;
                    }
                    return ended;
                });
            }
        }
    }
}
