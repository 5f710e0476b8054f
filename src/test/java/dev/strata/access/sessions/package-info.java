@NullMarked
package dev.strata.access.sessions;

import org.jspecify.annotations.NullMarked;
