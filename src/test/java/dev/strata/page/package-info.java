@NullMarked
package dev.strata.page;

import org.jspecify.annotations.NullMarked;
