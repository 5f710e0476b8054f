/** Several processes on one PostgreSQL and one data directory, behind an address that gives each request to the next of them. */
@NullMarked
package dev.strata.replicas;

import org.jspecify.annotations.NullMarked;
