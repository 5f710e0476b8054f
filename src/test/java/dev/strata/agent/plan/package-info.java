@NullMarked
package dev.strata.agent.plan;

import org.jspecify.annotations.NullMarked;
