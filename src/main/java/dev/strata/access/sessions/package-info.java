/** Logins in a browser: who they are of, and when they end. */
@NullMarked
package dev.strata.access.sessions;

import org.jspecify.annotations.NullMarked;
