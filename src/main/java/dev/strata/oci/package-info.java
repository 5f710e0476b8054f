/**
 * The nouns of the OCI specifications as immutable values that cannot be wrong.
 *
 * <p>Nothing here does I/O beyond parsing bytes, and nothing knows Spring or a database.
 */
@NullMarked
package dev.strata.oci;

import org.jspecify.annotations.NullMarked;
