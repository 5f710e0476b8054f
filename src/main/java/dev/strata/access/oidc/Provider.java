package dev.strata.access.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.AuthenticationResponse;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.claims.AuthorizedParty;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import dev.strata.access.AccessProperties;
import dev.strata.access.people.Described;
import dev.strata.access.oidc.FailedLoginException.Reason;
import dev.strata.access.workloads.IssuerKeys;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An issuer at which people log in. It is asked for its addresses when somebody does, and not before. */
final class Provider {

    private static final Duration KEPT = Duration.ofMinutes(10);
    private static final String DISCOVERY = "/.well-known/openid-configuration";
    private static final Pattern CODE = Pattern.compile("[a-z_]{1,64}");
    private static final int LEEWAY_SECONDS = 60;

    private final AccessProperties.Issuer settings;
    private final IssuerHttp http;
    private final Clock clock;
    private final Issuer issuer;
    private final JWSKeySelector<SecurityContext> keys;
    private volatile @Nullable Known known;

    private record Known(OIDCProviderMetadata metadata, Instant at) {}

    Provider(AccessProperties.Issuer settings, IssuerHttp http, Clock clock) {
        this.settings = settings;
        this.http = http;
        this.clock = clock;
        this.issuer = new Issuer(settings.issuer());
        this.keys = IssuerKeys.selector(settings);
    }

    AccessProperties.Issuer settings() {
        return settings;
    }

    /** Where a browser is sent to log in. */
    URI address(Attempt attempt) throws FailedLoginException {
        return new AuthenticationRequest.Builder(
                        ResponseType.CODE, Scope.parse(settings.scopes()), client(), attempt.redirect())
                .endpointURI(require(metadata().getAuthorizationEndpointURI(), "authorization_endpoint"))
                .state(attempt.state())
                .nonce(attempt.nonce())
                .codeChallenge(attempt.verifier(), CodeChallengeMethod.S256)
                .build()
                .toURI();
    }

    /**
     * Whom the answer to an attempt is about.
     *
     * @param answer the parameters with which the browser came back
     */
    Described finish(Attempt attempt, Map<String, List<String>> answer) throws FailedLoginException {
        AuthorizationCode code = code(attempt, answer);
        OIDCTokenResponse tokens = exchange(attempt, code);
        JWT token = tokens.getOIDCTokens().getIDToken();
        if (token == null) {
            throw new FailedLoginException(Reason.UNAVAILABLE, "the issuer gives no token that says who it is");
        }
        return describe(validate(token, settings.clientId(), attempt.nonce()));
    }

    /** Whom a token is about that the command line got at this issuer: it checked the nonce itself. */
    Described check(SignedJWT token) throws FailedLoginException {
        return describe(validate(token, settings.commandLineClient().orElseThrow(), null));
    }

    private AuthorizationCode code(Attempt attempt, Map<String, List<String>> parameters) throws FailedLoginException {
        AuthenticationResponse answer;
        try {
            answer = AuthenticationResponseParser.parse(attempt.redirect(), parameters);
        } catch (ParseException | IllegalArgumentException e) {
            throw new FailedLoginException(Reason.REFUSED, "the answer is none", e);
        }
        if (!attempt.state().equals(answer.getState())) {
            throw new FailedLoginException(Reason.EXPIRED, "the answer is to another login");
        }
        // RFC 9207: the answer of an issuer that has others' logins end at its own.
        boolean isNamed = answer.getIssuer() != null || metadata().supportsAuthorizationResponseIssuerParam();
        if (isNamed && !issuer.equals(answer.getIssuer())) {
            throw new FailedLoginException(Reason.REFUSED, "the answer is from another issuer");
        }
        if (!answer.indicatesSuccess()) {
            throw new FailedLoginException(
                    Reason.REFUSED, "the issuer answers " + plain(answer.toErrorResponse().getErrorObject()));
        }
        AuthorizationCode code = answer.toSuccessResponse().getAuthorizationCode();
        if (code == null) {
            throw new FailedLoginException(Reason.REFUSED, "the answer has no code");
        }
        return code;
    }

    private OIDCTokenResponse exchange(Attempt attempt, AuthorizationCode code) throws FailedLoginException {
        URI endpoint = require(metadata().getTokenEndpointURI(), "token_endpoint");
        var grant = new AuthorizationCodeGrant(code, attempt.redirect(), attempt.verifier());
        try {
            HTTPRequest request = (settings.clientSecret() == null
                            ? new TokenRequest(endpoint, client(), grant, null)
                            : new TokenRequest(endpoint, authentication(new Secret(settings.clientSecret())), grant, null))
                    .toHTTPRequest();
            request.setAccept("application/json");
            HTTPResponse answer = request.send(http);
            if (answer.getStatusCode() >= 500) {
                throw new FailedLoginException(
                        Reason.UNAVAILABLE, "the issuer answers " + answer.getStatusCode() + " to the code");
            }
            TokenResponse response = OIDCTokenResponseParser.parse(answer);
            if (!response.indicatesSuccess()) {
                throw new FailedLoginException(
                        Reason.REFUSED,
                        "the issuer does not take the code: "
                                + plain(response.toErrorResponse().getErrorObject()));
            }
            return (OIDCTokenResponse) response.toSuccessResponse();
        } catch (IOException e) {
            throw new FailedLoginException(Reason.UNAVAILABLE, "the issuer does not answer: " + e.getMessage(), e);
        } catch (ParseException e) {
            throw new FailedLoginException(Reason.UNAVAILABLE, "the issuer gives no token: " + e.getMessage(), e);
        }
    }

    private ClientAuthentication authentication(Secret secret) throws FailedLoginException {
        List<ClientAuthenticationMethod> methods = metadata().getTokenEndpointAuthMethods();
        boolean isPost = methods != null
                && !methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                && methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_POST);
        return isPost ? new ClientSecretPost(client(), secret) : new ClientSecretBasic(client(), secret);
    }

    /** OpenID Connect Core 1.0, section 3.1.3.7. */
    private IDTokenClaimsSet validate(JWT token, String audience, @Nullable Nonce nonce) throws FailedLoginException {
        IDTokenValidator validator = new IDTokenValidator(issuer, new ClientID(audience), keys, null);
        validator.setMaxClockSkew(LEEWAY_SECONDS);
        try {
            IDTokenClaimsSet claims = validator.validate(token, nonce);
            AuthorizedParty party = claims.getAuthorizedParty();
            boolean isForUs =
                    party == null ? claims.getAudience().size() == 1 : party.getValue().equals(audience);
            if (!isForUs) {
                throw new FailedLoginException(Reason.REFUSED, "the token is for another client too");
            }
            return claims;
        } catch (BadJOSEException e) {
            throw new FailedLoginException(Reason.REFUSED, "the token is not good: " + e.getMessage(), e);
        } catch (JOSEException e) {
            throw new FailedLoginException(Reason.UNAVAILABLE, "the token cannot be checked: " + e.getMessage(), e);
        }
    }

    private Described describe(IDTokenClaimsSet claims) throws FailedLoginException {
        try {
            return DescribedPerson.of(settings, claims.toJSONObject());
        } catch (IllegalArgumentException e) {
            throw new FailedLoginException(Reason.REFUSED, String.valueOf(e.getMessage()), e);
        }
    }

    private ClientID client() {
        return new ClientID(settings.clientId());
    }

    private OIDCProviderMetadata metadata() throws FailedLoginException {
        Known before = known;
        Instant now = clock.instant();
        if (before != null && Duration.between(before.at(), now).abs().compareTo(KEPT) < 0) {
            return before.metadata();
        }
        try {
            URI address = URI.create(settings.issuer().replaceFirst("/+$", "") + DISCOVERY);
            var answer = new HTTPRequest(HTTPRequest.Method.GET, address).send(http);
            answer.ensureStatusCode(200);
            OIDCProviderMetadata metadata = OIDCProviderMetadata.parse(answer.getBody());
            if (!issuer.equals(metadata.getIssuer())) {
                throw new FailedLoginException(Reason.UNAVAILABLE, "it calls itself another issuer");
            }
            known = new Known(metadata, now);
            return metadata;
        } catch (IOException | ParseException | IllegalArgumentException e) {
            throw new FailedLoginException(Reason.UNAVAILABLE, "the issuer's addresses are not to be had", e);
        }
    }

    /** An error's code, whoever sent it. */
    private static String plain(@Nullable ErrorObject error) {
        String code = error == null ? "" : String.valueOf(error.getCode());
        return CODE.matcher(code).matches() ? code : "something that is no code";
    }

    private static URI require(@Nullable URI address, String name) throws FailedLoginException {
        if (address == null) {
            throw new FailedLoginException(Reason.UNAVAILABLE, "the issuer has no " + name);
        }
        return address;
    }
}
