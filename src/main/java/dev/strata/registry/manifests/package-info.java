/** Manifests as they are stored and pulled, what they name, and what refers to them. */
@NullMarked
package dev.strata.registry.manifests;

import org.jspecify.annotations.NullMarked;
