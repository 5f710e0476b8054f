/** Words: quotes, escapes and variables, and how they expand. */
@NullMarked
package dev.strata.dockerfile.words;

import org.jspecify.annotations.NullMarked;
