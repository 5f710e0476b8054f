/** What becomes of entries over time: they expire, make room, or lose their layers. */
@NullMarked
package dev.strata.cache.lifecycle;

import org.jspecify.annotations.NullMarked;
