/** Rules about repositories that hold for everyone: quotas, and tags that stay as they are. */
@NullMarked
package dev.strata.access.rules;

import org.jspecify.annotations.NullMarked;
