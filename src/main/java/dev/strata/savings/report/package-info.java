/**
 * What people ask of the books about one thing: an image and its layers, the layer tree, a blob, and what a deletion would
 * free.
 */
@NullMarked
package dev.strata.savings.report;

import org.jspecify.annotations.NullMarked;
