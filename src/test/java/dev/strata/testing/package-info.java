/** What tests share: a registry to talk to, a client that sees every header, and content to push. */
@NullMarked
package dev.strata.testing;

import org.jspecify.annotations.NullMarked;
