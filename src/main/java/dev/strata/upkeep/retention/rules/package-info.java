/** What people decide about which images stay and which go: the rules, in a file or in the database. */
@NullMarked
package dev.strata.upkeep.retention.rules;

import org.jspecify.annotations.NullMarked;
