@NullMarked
package dev.strata.access.audit;

import org.jspecify.annotations.NullMarked;
