package dev.strata.cache.lookup;

import dev.strata.cache.entries.Entry;
import dev.strata.cache.entries.MissReason;
import java.util.Optional;

/** What a look into the cache found. */
public sealed interface Lookup {

    /**
     * A layer that is here.
     *
     * @param origin where it came from, where another repository had it
     */
    record Hit(Entry entry, Optional<HitOrigin> origin) implements Lookup {}

    /**
     * No layer.
     *
     * @param entry the entry that could not be served, where there is one
     */
    record Miss(MissReason reason, Optional<Entry> entry) implements Lookup {}
}
