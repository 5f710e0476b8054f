package dev.strata.registry;

import java.util.UUID;

/** What tells one deletion from another: all that somebody deletes at once, with what follows from it, has the same. */
public record DeletionId(UUID value) {

    public static DeletionId of(String text) {
        return new DeletionId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
