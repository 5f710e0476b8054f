@NullMarked
package dev.strata.agent.commandline;

import org.jspecify.annotations.NullMarked;
