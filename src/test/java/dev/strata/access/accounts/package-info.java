@NullMarked
package dev.strata.access.accounts;

import org.jspecify.annotations.NullMarked;
