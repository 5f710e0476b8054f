@NullMarked
package dev.strata.agent.build;

import org.jspecify.annotations.NullMarked;
