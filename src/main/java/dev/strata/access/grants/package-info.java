/** Grants: to whom, on which repositories, what. */
@NullMarked
package dev.strata.access.grants;

import org.jspecify.annotations.NullMarked;
