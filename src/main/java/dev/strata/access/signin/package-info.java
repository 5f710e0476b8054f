/** Finds out who sends a request, before anything else sees it, and gives tokens out. */
@NullMarked
package dev.strata.access.signin;

import org.jspecify.annotations.NullMarked;
