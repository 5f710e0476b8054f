@NullMarked
package dev.strata.access.decisions;

import org.jspecify.annotations.NullMarked;
