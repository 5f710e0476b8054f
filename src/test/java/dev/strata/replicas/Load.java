package dev.strata.replicas;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Pushers at work, until it is closed. */
final class Load implements AutoCloseable {

    private final ExecutorService threads;
    private final List<CompletableFuture<Void>> work = new ArrayList<>();
    private volatile boolean isOver;

    private Load(int pushers) {
        this.threads = Executors.newFixedThreadPool(pushers);
    }

    static Load of(List<Pusher> pushers) {
        Load load = new Load(pushers.size());
        for (Pusher pusher : pushers) {
            load.work.add(CompletableFuture.runAsync(
                    () -> {
                        while (!load.isOver) {
                            pusher.step();
                        }
                    },
                    load.threads));
        }
        return load;
    }

    void goOnFor(Duration time) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(time.toMillis());
    }

    /** Fails where one of them did. */
    @Override
    public void close() {
        isOver = true;
        try (threads) {
            for (CompletableFuture<Void> pusher : work) {
                pusher.join();
            }
        }
    }
}
