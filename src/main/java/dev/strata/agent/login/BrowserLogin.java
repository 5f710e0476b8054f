package dev.strata.agent.login;

import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Has the user log in at an issuer with a browser, which comes back to this machine: OpenID Connect Core 1.0 for a native
 * application, RFC 8252. The browser may be one of another program; only this one can make a token of what it brings, RFC
 * 7636.
 */
public final class BrowserLogin {

    private static final String DISCOVERY = "/.well-known/openid-configuration";
    private static final Duration ANSWER = Duration.ofSeconds(20);
    private static final int LARGEST = 256 * 1024;

    private final HttpClient client;
    private final Consumer<URI> show;
    private final Duration patience;

    /**
     * @param show tells the user which address to open
     * @param patience how long the user may take
     */
    public BrowserLogin(HttpClient client, Consumer<URI> show, Duration patience) {
        this.client = client;
        this.show = show;
        this.patience = patience;
    }

    /**
     * The token that says to a registry who the user is.
     *
     * @throws LoginException where the issuer or the user does not want it, or it takes too long
     */
    public String idToken(IssuerOffer offer) {
        OIDCProviderMetadata issuer = metadata(offer);
        State state = new State();
        Nonce nonce = new Nonce();
        CodeVerifier verifier = new CodeVerifier();
        try (LoopbackAnswer answer = new LoopbackAnswer(state.getValue())) {
            show.accept(new AuthenticationRequest.Builder(
                            ResponseType.CODE, Scope.parse(offer.scopes()), new ClientID(offer.clientId()), answer.address())
                    .endpointURI(issuer.getAuthorizationEndpointURI())
                    .state(state)
                    .nonce(nonce)
                    .codeChallenge(verifier, CodeChallengeMethod.S256)
                    .build()
                    .toURI());
            String code = answer.code(offer.issuer(), issuer.supportsAuthorizationResponseIssuerParam(), patience);
            var grant = new AuthorizationCodeGrant(new AuthorizationCode(code), answer.address(), verifier);
            HTTPRequest request = new TokenRequest(
                            issuer.getTokenEndpointURI(), new ClientID(offer.clientId()), grant, null)
                    .toHTTPRequest();
            return token(OIDCTokenResponse.parse(success(ask(request))), nonce);
        } catch (IOException | ParseException | java.text.ParseException e) {
            throw new LoginException(offer.issuer() + " gives no token for this login", e);
        }
    }

    /** OpenID Connect Core 1.0, section 3.1.3.7: the registry checks the rest. */
    private static String token(OIDCTokenResponse response, Nonce nonce) throws java.text.ParseException {
        var token = response.getOIDCTokens().getIDToken();
        if (token == null || !nonce.getValue().equals(token.getJWTClaimsSet().getStringClaim("nonce"))) {
            throw new LoginException("the issuer gives a token of another login");
        }
        return token.getParsedString();
    }

    private OIDCProviderMetadata metadata(IssuerOffer offer) {
        try {
            URI address = URI.create(offer.issuer().replaceFirst("/+$", "") + DISCOVERY);
            boolean isSafe = "https".equals(address.getScheme()) || LoopbackAnswer.isOfThisMachine(address.getHost());
            if (!isSafe) {
                throw new LoginException(offer.issuer() + " has no TLS, so that a login there can be read on the way");
            }
            OIDCProviderMetadata metadata = OIDCProviderMetadata.parse(
                    success(ask(new HTTPRequest(HTTPRequest.Method.GET, address))).getBody());
            if (!offer.issuer().equals(metadata.getIssuer().getValue())
                    || metadata.getAuthorizationEndpointURI() == null
                    || metadata.getTokenEndpointURI() == null) {
                throw new LoginException(offer.issuer() + " calls itself another issuer, or lets nobody log in");
            }
            return metadata;
        } catch (IOException | ParseException | IllegalArgumentException e) {
            throw new LoginException(offer.issuer() + " does not say how to log in there", e);
        }
    }

    private HTTPResponse ask(HTTPRequest request) throws IOException {
        HttpRequest.Builder asked = HttpRequest.newBuilder(request.getURI())
                .timeout(ANSWER)
                .header("Accept", "application/json")
                .method(
                        request.getMethod().name(),
                        request.getBody() == null ? BodyPublishers.noBody() : BodyPublishers.ofString(request.getBody()));
        if (request.getBody() != null) {
            asked.header("Content-Type", "application/x-www-form-urlencoded");
        }
        try {
            HttpResponse<String> answer =
                    client.send(asked.build(), BodyHandlers.limiting(BodyHandlers.ofString(), LARGEST));
            HTTPResponse response = new HTTPResponse(answer.statusCode());
            response.setContentType("application/json");
            response.setBody(answer.body());
            return response;
        } catch (ParseException e) {
            throw new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LoginException("stopped", e);
        }
    }

    private static HTTPResponse success(HTTPResponse response) throws ParseException {
        response.ensureStatusCode(200);
        return response;
    }
}
