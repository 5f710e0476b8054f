/** The controllers of retention: docs/upkeep.md, "Retention". */
@NullMarked
package dev.strata.upkeep.retention.http;

import org.jspecify.annotations.NullMarked;
