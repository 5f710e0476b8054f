/** The layer cache of a repository, as the agent asks it: hits and misses, leases, waiting, commits. */
@NullMarked
package dev.strata.agent.cache;

import org.jspecify.annotations.NullMarked;
