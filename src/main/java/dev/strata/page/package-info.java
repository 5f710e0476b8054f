/** The web page: its files, and how they reach a browser. What it shows, it asks of the API. */
@NullMarked
package dev.strata.page;

import org.jspecify.annotations.NullMarked;
