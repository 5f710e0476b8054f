@NullMarked
package dev.strata.agent.process;

import org.jspecify.annotations.NullMarked;
