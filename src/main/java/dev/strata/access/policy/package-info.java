/** The policy: all grants and other rules, in a file or in the database. */
@NullMarked
package dev.strata.access.policy;

import org.jspecify.annotations.NullMarked;
