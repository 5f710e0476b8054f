package dev.strata.registry.events;

import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;

/**
 * A builder exported its cache under a tag where caches are added up. If the tag pointed at such a cache, it does so still.
 * Published inside the transaction.
 */
public record CacheExported(RepositoryName repository, Tag tag, Digest digest) {}
