package dev.strata.registry.events;

import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import java.util.List;

/**
 * A builder's export of its cache is stored, and is about to be acknowledged. Published on the thread of the push, outside of
 * any transaction, after {@link CacheExported}.
 *
 * @param tags those under which caches are added up
 */
public record CacheTaken(RepositoryName repository, List<Tag> tags, Digest digest) {}
