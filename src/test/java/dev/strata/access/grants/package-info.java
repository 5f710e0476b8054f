@NullMarked
package dev.strata.access.grants;

import org.jspecify.annotations.NullMarked;
