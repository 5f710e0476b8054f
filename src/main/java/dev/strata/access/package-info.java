/** The settings of who may use the registry, and whether people sign in; what follows from them lives in the rooms below. */
@NullMarked
package dev.strata.access;

import org.jspecify.annotations.NullMarked;
