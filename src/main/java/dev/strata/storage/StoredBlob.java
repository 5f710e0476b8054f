package dev.strata.storage;

import dev.strata.oci.Digest;

/**
 * A blob whose bytes are durable.
 *
 * @param digest the digest that the store computed itself
 * @param size its length in bytes
 * @param location what the store needs to find it again; opaque to everyone else
 */
public record StoredBlob(Digest digest, long size, String location) {}
