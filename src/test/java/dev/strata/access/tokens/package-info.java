@NullMarked
package dev.strata.access.tokens;

import org.jspecify.annotations.NullMarked;
