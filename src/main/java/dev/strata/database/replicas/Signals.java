package dev.strata.database.replicas;

/**
 * Tells the processes that share the database that something has changed. A signal may be late or lost: whoever waits for one
 * looks now and then all the same.
 */
public interface Signals {

    /** Soon after this the others are told, at the latest when they look by themselves. */
    void send(String topic);

    /** Hears of what another process sent, and perhaps of what this one did. It returns at once. */
    void listen(String topic, Runnable heard);
}
