/** The build context: which files an instruction takes, their digests, and whether they change during the build. */
@NullMarked
package dev.strata.agent.context;

import org.jspecify.annotations.NullMarked;
