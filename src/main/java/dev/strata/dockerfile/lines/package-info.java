/** Lines: how physical lines become logical ones, with directives, flags and here-documents. */
@NullMarked
package dev.strata.dockerfile.lines;

import org.jspecify.annotations.NullMarked;
