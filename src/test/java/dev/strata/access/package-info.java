@NullMarked
package dev.strata.access;

import org.jspecify.annotations.NullMarked;
