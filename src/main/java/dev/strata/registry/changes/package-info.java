/** How a repository is changed: one transaction at a time, and what the journal has of it. */
@NullMarked
package dev.strata.registry.changes;

import org.jspecify.annotations.NullMarked;
