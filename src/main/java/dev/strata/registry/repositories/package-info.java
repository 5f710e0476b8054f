/** Repositories: listed, made by a push, and forgotten when nothing is left in them. */
@NullMarked
package dev.strata.registry.repositories;

import org.jspecify.annotations.NullMarked;
