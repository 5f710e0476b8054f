/** The controllers of undo and the bin: docs/upkeep.md, "The API". */
@NullMarked
package dev.strata.upkeep.http;

import org.jspecify.annotations.NullMarked;
