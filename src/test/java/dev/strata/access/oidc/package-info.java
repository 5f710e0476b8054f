@NullMarked
package dev.strata.access.oidc;

import org.jspecify.annotations.NullMarked;
