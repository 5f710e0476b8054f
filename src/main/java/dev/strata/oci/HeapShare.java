package dev.strata.oci;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The part of the heap that documents of clients may take at once: what is made of one takes up to thirty times its
 * bytes.
 */
public final class HeapShare {

    private static final int PART = 48;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private final String what;
    private final int free;
    private final int all = (int) Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / PART);
    private final Semaphore bytes = new Semaphore(all, true);

    /**
     * @param what the documents in messages, such as "large bodies"
     * @param free bytes; what has no more is not counted
     */
    public HeapShare(String what, int free) {
        this.what = what;
        this.free = free;
    }

    /**
     * Waits until there is room. What is larger than the whole waits until it is alone.
     *
     * @param size of a document, in bytes
     * @return what is to be given back; 0 for what is not counted
     * @throws RegistryException CONTENDED where others had too much for ten seconds
     */
    public int take(long size) {
        if (size <= free) {
            return 0;
        }
        int share = (int) Math.min(size, all);
        try {
            if (bytes.tryAcquire(share, LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                return share;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new RegistryException(Problem.CONTENDED, "there are too many " + what + " at once", Map.of("size", size));
    }

    /** @param share what {@link #take} said */
    public void giveBack(int share) {
        bytes.release(share);
    }
}
