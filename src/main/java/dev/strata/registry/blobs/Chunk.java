package dev.strata.registry.blobs;

import java.io.InputStream;
import java.util.OptionalLong;

/**
 * A piece of an upload: OCI Distribution Specification, "Pushing a blob in chunks".
 *
 * @param first where it says that it begins, empty for a stream that goes on where the upload stands
 * @param length how many bytes it says that it has, -1 where it does not
 * @param body its bytes
 */
public record Chunk(OptionalLong first, long length, InputStream body) {}
