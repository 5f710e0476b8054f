/** What a crash left is put right before the first request is served. */
@NullMarked
package dev.strata.registry.recovery;

import org.jspecify.annotations.NullMarked;
