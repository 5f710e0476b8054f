/** Whole repositories: from one registry to another, and out of a registry into an image layout. */
@NullMarked
package dev.strata.agent.copying;

import org.jspecify.annotations.NullMarked;
