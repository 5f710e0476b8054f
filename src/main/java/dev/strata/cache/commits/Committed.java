package dev.strata.cache.commits;

import dev.strata.cache.entries.Entry;
import dev.strata.oci.Digest;
import java.util.List;

/** What became of a commit. */
public sealed interface Committed {

    /** The entry is there now, and durable. */
    record Created(Entry entry) implements Committed {}

    /** It replaced another one, and is durable. */
    record Replaced(Entry entry) implements Committed {}

    /** The same result was there already. */
    record Same(Entry entry) implements Committed {}

    /** Another result stands; the caller goes on from that. */
    record Conflict(Entry entry) implements Committed {}

    /** Blobs have to be uploaded before. */
    record Incomplete(List<Digest> missing) implements Committed {}
}
