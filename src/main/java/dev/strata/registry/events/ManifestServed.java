package dev.strata.registry.events;

import dev.strata.access.callers.Caller;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;

/**
 * Somebody asked for a manifest that is there, or whether it is. Published by the thread of the request before it answers:
 * whoever listens must be quick.
 *
 * @param agent how the client calls itself; empty where it does not say
 */
public record ManifestServed(RepositoryName repository, Digest digest, Caller caller, String agent) {}
