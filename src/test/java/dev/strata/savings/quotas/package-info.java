@NullMarked
package dev.strata.savings.quotas;

import org.jspecify.annotations.NullMarked;
