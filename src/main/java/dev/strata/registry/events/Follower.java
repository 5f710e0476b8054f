package dev.strata.registry.events;

/**
 * Somebody who follows the registry's events some time later, and reads then what they are about. Before rows go that they
 * are about, whoever takes them away waits until it has.
 */
public interface Follower {

    /** Stands for the last event that it was told of in a transaction that has ended. */
    long latest();

    /** Whether it has followed as far as this. */
    boolean hasReached(long event);
}
