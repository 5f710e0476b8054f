@NullMarked
package dev.strata.access.callers;

import org.jspecify.annotations.NullMarked;
