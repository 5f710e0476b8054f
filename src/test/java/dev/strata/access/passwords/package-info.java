@NullMarked
package dev.strata.access.passwords;

import org.jspecify.annotations.NullMarked;
