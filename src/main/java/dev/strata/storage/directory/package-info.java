/** The data directory that a process serves, what lies where in it, and the disk that it is on. */
@NullMarked
package dev.strata.storage.directory;

import org.jspecify.annotations.NullMarked;
