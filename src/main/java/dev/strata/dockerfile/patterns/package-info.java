/** Patterns of names: those of COPY and ADD, and those of ignore files. */
@NullMarked
package dev.strata.dockerfile.patterns;

import org.jspecify.annotations.NullMarked;
