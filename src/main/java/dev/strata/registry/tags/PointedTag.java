package dev.strata.registry.tags;

import dev.strata.oci.Tag;
import java.time.Instant;

/**
 * A tag as it stands.
 *
 * @param manifestId what it points at
 * @param since when it was set to that, or pushed so again
 */
public record PointedTag(Tag tag, long manifestId, Instant since) {}
