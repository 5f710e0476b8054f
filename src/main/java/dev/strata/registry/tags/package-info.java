/** Tags: listed, pointed at manifests, and kept where they are immutable. */
@NullMarked
package dev.strata.registry.tags;

import org.jspecify.annotations.NullMarked;
