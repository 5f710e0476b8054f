@NullMarked
package dev.strata.access.audit.log;

import org.jspecify.annotations.NullMarked;
