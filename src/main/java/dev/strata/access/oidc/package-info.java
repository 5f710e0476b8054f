/** People who log in at an issuer: OpenID Connect Core 1.0, with the authorization-code flow and PKCE. */
@NullMarked
package dev.strata.access.oidc;

import org.jspecify.annotations.NullMarked;
