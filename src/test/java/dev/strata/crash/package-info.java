/** The registry's process is killed while clients push, and started again on what that left. */
@NullMarked
package dev.strata.crash;

import org.jspecify.annotations.NullMarked;
