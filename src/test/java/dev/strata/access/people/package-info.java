@NullMarked
package dev.strata.access.people;

import org.jspecify.annotations.NullMarked;
