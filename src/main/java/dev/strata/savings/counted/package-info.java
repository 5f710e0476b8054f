/** What is counted: images, objects, what repositories hold, stacks of layers, totals. Values only. */
@NullMarked
package dev.strata.savings.counted;

import org.jspecify.annotations.NullMarked;
