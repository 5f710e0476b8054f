/**
 * Commands of whoever has the data directory: the process that serves it carries them out, or one that starts for that
 * alone. Who may do what is decided by the directory's own permissions.
 */
@NullMarked
package dev.strata.upkeep.commands;

import org.jspecify.annotations.NullMarked;
