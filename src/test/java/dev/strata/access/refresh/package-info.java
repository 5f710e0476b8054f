@NullMarked
package dev.strata.access.refresh;

import org.jspecify.annotations.NullMarked;
