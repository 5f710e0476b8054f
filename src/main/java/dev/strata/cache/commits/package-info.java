/** What agents ran and what they take back, written durably: {@link dev.strata.cache.commits.Commits}. */
@NullMarked
package dev.strata.cache.commits;

import org.jspecify.annotations.NullMarked;
