/**
 * The command line of build agents: reads a Dockerfile, asks the layer cache for what it holds of it, and has the user's
 * own builder make the rest.
 *
 * <p>Talks HTTP only and knows nothing of the server's classes; what both have to agree on is in {@code step}. It begins in
 * {@code commandline}; here is only what can end a build.
 */
@NullMarked
package dev.strata.agent;

import org.jspecify.annotations.NullMarked;
