@NullMarked
package dev.strata.access.browsers;

import org.jspecify.annotations.NullMarked;
