/** The build itself: what the cache has is taken from there, the builder makes the rest, and the cache is told. */
@NullMarked
package dev.strata.agent.build;

import org.jspecify.annotations.NullMarked;
