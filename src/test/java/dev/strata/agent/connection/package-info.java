@NullMarked
package dev.strata.agent.connection;

import org.jspecify.annotations.NullMarked;
