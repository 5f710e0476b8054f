@NullMarked
package dev.strata.agent.images;

import org.jspecify.annotations.NullMarked;
