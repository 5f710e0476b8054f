/** Keeps web pages of others from using somebody's browser, and knows by which names this server is addressed. */
@NullMarked
package dev.strata.access.browsers;

import org.jspecify.annotations.NullMarked;
