/** Passwords: how they are hashed and compared, and the file of them that other programs write. */
@NullMarked
package dev.strata.access.passwords;

import org.jspecify.annotations.NullMarked;
