/** The endpoints of the layer cache, below {@code /v2/<name>/_strata/cache/}. They only translate. */
@NullMarked
package dev.strata.cache.http;

import org.jspecify.annotations.NullMarked;
