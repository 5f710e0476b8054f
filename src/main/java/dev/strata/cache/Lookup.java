package dev.strata.cache;

import java.util.Optional;

/** What a look into the cache found. */
public sealed interface Lookup {

    /** A layer that is here. */
    record Hit(Entry entry) implements Lookup {}

    /**
     * No layer.
     *
     * @param entry the entry that could not be served, where there is one
     */
    record Miss(MissReason reason, Optional<Entry> entry) implements Lookup {}
}
