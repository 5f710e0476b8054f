@NullMarked
package dev.strata.access.workloads;

import org.jspecify.annotations.NullMarked;
