@NullMarked
package dev.strata.access.rights;

import org.jspecify.annotations.NullMarked;
