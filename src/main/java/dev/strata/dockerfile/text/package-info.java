/** Text as BuildKit takes it: what space is, what numbers and durations are, and what is wrong with a piece of it. */
@NullMarked
package dev.strata.dockerfile.text;

import org.jspecify.annotations.NullMarked;
