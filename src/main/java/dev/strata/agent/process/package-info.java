/** The programs that the agent runs, and the agent's own process: what is started is also ended. */
@NullMarked
package dev.strata.agent.process;

import org.jspecify.annotations.NullMarked;
