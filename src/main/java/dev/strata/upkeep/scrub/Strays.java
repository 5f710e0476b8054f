package dev.strata.upkeep.scrub;

import java.io.IOException;
import java.util.List;

/** Bytes of blobs that no row knows, as a crash leaves them between a blob's bytes and its row. */
interface Strays {

    /**
     * Something that was deleted.
     *
     * @param what it was, in words
     * @param size in bytes
     */
    record Stray(String what, long size) {}

    /**
     * Deletes those in one of 256 parts of the store that are old enough, unless somebody is storing them.
     *
     * @param fan the part, 0 for the first
     */
    List<Stray> delete(int fan) throws IOException;
}
