/** The endpoints under /api/access that are about the policy. They only translate. */
@NullMarked
package dev.strata.access.policy.http;

import org.jspecify.annotations.NullMarked;
