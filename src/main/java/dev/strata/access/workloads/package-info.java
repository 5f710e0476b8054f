/** Workloads that show who they are by a token of an issuer that this registry was told to trust. */
@NullMarked
package dev.strata.access.workloads;

import org.jspecify.annotations.NullMarked;
