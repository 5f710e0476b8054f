@NullMarked
package dev.strata.access.policy;

import org.jspecify.annotations.NullMarked;
