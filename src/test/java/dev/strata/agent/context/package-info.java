@NullMarked
package dev.strata.agent.context;

import org.jspecify.annotations.NullMarked;
