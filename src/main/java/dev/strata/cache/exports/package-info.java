/** Caches that BuildKit exports, from many builders, added up under one tag. */
@NullMarked
package dev.strata.cache.exports;

import org.jspecify.annotations.NullMarked;
