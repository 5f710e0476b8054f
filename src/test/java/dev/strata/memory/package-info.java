@NullMarked
package dev.strata.memory;

import org.jspecify.annotations.NullMarked;
