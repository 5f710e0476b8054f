/** The user's own builders, how each is called, and how each reads a Dockerfile and writes an image. */
@NullMarked
package dev.strata.agent.builders;

import org.jspecify.annotations.NullMarked;
