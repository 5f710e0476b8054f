/** The endpoints under /api/access that are about grants. They only translate. */
@NullMarked
package dev.strata.access.grants.http;

import org.jspecify.annotations.NullMarked;
