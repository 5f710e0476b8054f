/** What somebody deletes, and what goes along with it. */
@NullMarked
package dev.strata.registry.deletions;

import org.jspecify.annotations.NullMarked;
