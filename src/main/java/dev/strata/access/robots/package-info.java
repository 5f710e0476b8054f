/** Robots and their secrets; and who is known by a name, whatever kind they are. */
@NullMarked
package dev.strata.access.robots;

import org.jspecify.annotations.NullMarked;
