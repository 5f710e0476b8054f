/** What people ask of the books: repositories, tags, images, the layer tree, blobs, and what a deletion would free. */
@NullMarked
package dev.strata.savings.report;

import org.jspecify.annotations.NullMarked;
