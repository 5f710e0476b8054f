/** The endpoints under /api/savings: docs/savings.md, "The API". */
@NullMarked
package dev.strata.savings.http;

import org.jspecify.annotations.NullMarked;
