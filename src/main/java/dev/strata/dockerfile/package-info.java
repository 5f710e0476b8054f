/**
 * The Dockerfile language as BuildKit reads it: files, single instructions, variable expansion, {@code .dockerignore}.
 *
 * <p>Everything here works on text that is given to it; nothing reads files or runs commands.
 */
@NullMarked
package dev.strata.dockerfile;

import org.jspecify.annotations.NullMarked;
