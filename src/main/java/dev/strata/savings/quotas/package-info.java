/** What repositories have of what they may have: quotas, held to what is counted. */
@NullMarked
package dev.strata.savings.quotas;

import org.jspecify.annotations.NullMarked;
