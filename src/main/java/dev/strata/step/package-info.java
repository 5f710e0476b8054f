/**
 * What a build step is: its JSON, its canonical form, its key, and the digests of what it copies; and how the instructions
 * of a Dockerfile become steps.
 *
 * <p>The server and the command line of build agents both use it, so that they cannot disagree on a key.
 */
@NullMarked
package dev.strata.step;

import org.jspecify.annotations.NullMarked;
