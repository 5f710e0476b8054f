/** Manifests as they are pushed, with their tags. */
@NullMarked
package dev.strata.registry.pushes;

import org.jspecify.annotations.NullMarked;
