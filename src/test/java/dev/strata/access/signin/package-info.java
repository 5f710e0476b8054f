@NullMarked
package dev.strata.access.signin;

import org.jspecify.annotations.NullMarked;
