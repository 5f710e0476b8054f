@NullMarked
package dev.strata.agent.cache;

import org.jspecify.annotations.NullMarked;
