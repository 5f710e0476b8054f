package dev.strata.cache.lifecycle;

import dev.strata.cache.contents.ContentLists;
import dev.strata.cache.uses.ServedLayers;
import dev.strata.cache.uses.Uses;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Writes what was counted and kept for later when the server stops: after the last request, before the database. */
@Component
class FlushAtStop implements SmartLifecycle {

    private final ServedLayers served;
    private final Uses uses;
    private final ContentLists contents;
    private volatile boolean running;

    FlushAtStop(ServedLayers served, Uses uses, ContentLists contents) {
        this.served = served;
        this.uses = uses;
        this.contents = contents;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        served.flush(); // counts as uses
        uses.flush();
        contents.flush();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Long before the web server in the order of starts, and so after it in that of stops. */
    @Override
    public int getPhase() {
        return 0;
    }
}
