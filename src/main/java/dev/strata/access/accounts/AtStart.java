package dev.strata.access.accounts;

import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What is done about accounts when the server starts: behind what puts a crash right, and before the first request. */
abstract class AtStart implements SmartLifecycle {

    private final JdbcClient jdbc;
    private volatile boolean running;

    AtStart(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    abstract void act();

    /** Asked without starting what reads entities, which takes longer than all else of a start. */
    final boolean haveAccounts() {
        return !jdbc.sql("select id from account fetch first 1 rows only").query(Long.class).list().isEmpty();
    }

    @Override
    public final void start() {
        act();
        running = true;
    }

    @Override
    public final void stop() {
        running = false;
    }

    @Override
    public final boolean isRunning() {
        return running;
    }

    @Override
    public final int getPhase() {
        return Integer.MIN_VALUE + 1;
    }
}
