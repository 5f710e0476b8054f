package dev.strata.access.oidc;

import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.Nonce;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A login that a browser began, and has to end. All of it is random and this browser's alone, so no answer to somebody else's
 * login fits.
 *
 * @param issuer whose answer it waits for, by the name that it has here
 * @param state comes back with the answer: RFC 6749, section 10.12
 * @param nonce stands in the token: OpenID Connect Core 1.0, section 15.5.2
 * @param verifier goes with the code: RFC 7636
 * @param redirect where the answer is sent
 * @param next the page's address to go on with
 */
record Attempt(String issuer, State state, Nonce nonce, CodeVerifier verifier, URI redirect, String next) {

    static final String HOME = "/";

    /** An address of the page: never of another server, and nothing that ends a header. */
    private static final Pattern OF_THE_PAGE = Pattern.compile("/(?:\\?[!-~]{0,1000})?");

    /** @param next is only taken where it is an address of the page */
    static Attempt begin(String issuer, URI redirect, Optional<String> next) {
        return new Attempt(
                issuer,
                new State(),
                new Nonce(),
                new CodeVerifier(),
                redirect,
                next.filter(address -> OF_THE_PAGE.matcher(address).matches()).orElse(HOME));
    }

    Map<String, String> toMap() {
        return Map.of(
                "issuer", issuer,
                "state", state.getValue(),
                "nonce", nonce.getValue(),
                "verifier", verifier.getValue(),
                "redirect", redirect.toString(),
                "next", next);
    }

    /** @param note that this installation sealed */
    static Attempt of(Map<String, String> note) {
        return new Attempt(
                note.getOrDefault("issuer", ""),
                new State(note.get("state")),
                new Nonce(note.get("nonce")),
                new CodeVerifier(note.get("verifier")),
                URI.create(note.getOrDefault("redirect", "")),
                note.getOrDefault("next", HOME));
    }
}
