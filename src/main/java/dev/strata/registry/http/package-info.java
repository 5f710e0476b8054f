/** The endpoints under /v2/: OCI Distribution Specification, section "Endpoints". */
@NullMarked
package dev.strata.registry.http;

import org.jspecify.annotations.NullMarked;
