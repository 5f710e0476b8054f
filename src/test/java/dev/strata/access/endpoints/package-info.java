@NullMarked
package dev.strata.access.endpoints;

import org.jspecify.annotations.NullMarked;
