/**
 * One budget for all memory whose size a client decides: bodies that arrive, documents that are read, answers under way,
 * windows of decompression, reports.
 *
 * <p>Every package may use it, except {@code oci}, whose values know nothing of the machine.
 */
@NullMarked
package dev.strata.memory;

import org.jspecify.annotations.NullMarked;
