/** The audit log: what was told is noted beside the requests, kept for a while, and listed. */
@NullMarked
package dev.strata.access.audit.log;

import org.jspecify.annotations.NullMarked;
