package dev.strata.storage.bucket;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The requests of this process that hold upload sessions; their rows are told that it is alive. */
final class UploadHolders implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(UploadHolders.class);

    private static final int AT_ONCE = 500;

    private final UploadTable table;
    private final String process;
    private final Set<String> holders = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService renewal = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("upload-holders").factory());

    /** @param process tells this process from other ones that live */
    UploadHolders(UploadTable table, String process) {
        this.table = table;
        this.process = process;
        long period = UploadTable.HELD.dividedBy(4).toMillis();
        renewal.scheduleWithFixedDelay(this::renew, period, period, TimeUnit.MILLISECONDS);
    }

    String add() {
        String holder = process + "/" + UUID.randomUUID();
        holders.add(holder);
        return holder;
    }

    void remove(String holder) {
        holders.remove(holder);
    }

    /** Whoever held something for an earlier process here is gone. */
    void releaseEarlier() {
        table.releaseAll(process);
    }

    private void renew() {
        try {
            List<String> all = List.copyOf(holders);
            for (int from = 0; from < all.size(); from += AT_ONCE) {
                table.renew(all.subList(from, Math.min(all.size(), from + AT_ONCE)));
            }
        } catch (RuntimeException e) {
            log.warn("Uploads under way could not be held; other replicas may take them", e);
        }
    }

    @Override
    public void close() {
        renewal.shutdownNow();
    }
}
