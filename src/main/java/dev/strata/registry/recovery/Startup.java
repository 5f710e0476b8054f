package dev.strata.registry.recovery;

import dev.strata.database.replay.Replay;
import dev.strata.registry.blobs.Uploads;
import dev.strata.storage.BlobStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Puts right what a crash left, when everyone who listens is there and before the first request is served. */
@Component
class Startup implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Startup.class);

    private final Replay replay;
    private final Uploads uploads;
    private volatile boolean running;

    Startup(Replay replay, Uploads uploads) {
        this.replay = replay;
        this.uploads = uploads;
    }

    @Override
    public void start() {
        int again = replay.run();
        BlobStore.Recovery recovery = recover();
        log.info(
                "Put right from before this start: {} changes taken from the journal; {} uploads can be resumed,"
                        + " {} were closed, {} were not whole and are deleted",
                again,
                recovery.resumable(),
                recovery.finished(),
                recovery.discarded());
        running = true;
    }

    private BlobStore.Recovery recover() {
        try {
            return uploads.recover();
        } catch (IOException e) {
            throw new UncheckedIOException("What a crash left of uploads cannot be put right", e);
        }
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** The first of all. */
    @Override
    public int getPhase() {
        return Integer.MIN_VALUE;
    }
}
