@NullMarked
package dev.strata.agent.builders;

import org.jspecify.annotations.NullMarked;
