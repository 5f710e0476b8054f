/** Who runs which step at the moment, and how long others wait for that and for its verification. */
@NullMarked
package dev.strata.cache.leases;

import org.jspecify.annotations.NullMarked;
