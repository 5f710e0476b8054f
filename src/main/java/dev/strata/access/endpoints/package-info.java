/** What each endpoint needs, and what holds every request to it. */
@NullMarked
package dev.strata.access.endpoints;

import org.jspecify.annotations.NullMarked;
