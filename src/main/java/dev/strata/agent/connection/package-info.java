/** How a registry is spoken to: address, TLS, what it is shown of the user's login, redirects and time limits. */
@NullMarked
package dev.strata.agent.connection;

import org.jspecify.annotations.NullMarked;
