/** How the cache is used, and what that saved: counted as it happens, and written some seconds later. */
@NullMarked
package dev.strata.cache.uses;

import org.jspecify.annotations.NullMarked;
