@NullMarked
package dev.strata.access.http;

import org.jspecify.annotations.NullMarked;
