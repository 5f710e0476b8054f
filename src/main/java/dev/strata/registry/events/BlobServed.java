package dev.strata.registry.events;

import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;

/**
 * A blob of a repository, or a part of it, was handed to a client. Published after each pull, also one that was broken
 * off, by whatever thread sent it and outside of any transaction: whoever listens must be quick.
 *
 * @param bytes how many of its bytes were handed to the connection, 1 or more
 */
public record BlobServed(RepositoryName repository, Digest digest, long bytes) {}
