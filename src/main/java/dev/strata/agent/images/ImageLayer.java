package dev.strata.agent.images;

import dev.strata.oci.Descriptor;
import dev.strata.oci.Digest;

/** A layer of an image, and the digest of its uncompressed tar. */
public record ImageLayer(Descriptor blob, Digest diffId) {}
