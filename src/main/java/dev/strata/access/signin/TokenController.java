package dev.strata.access.signin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.strata.access.callers.Caller;
import dev.strata.access.callers.Callers;
import dev.strata.access.endpoints.Challenge;
import dev.strata.access.ConditionalOnLogin;
import dev.strata.access.endpoints.Open;
import dev.strata.access.callers.Proven;
import dev.strata.access.callers.Rights;
import dev.strata.access.refresh.RefreshTokens;
import dev.strata.access.tokens.Tokens;
import dev.strata.access.tokens.WorkloadLogins;
import dev.strata.access.workloads.Workloads;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.web.SmallBodies;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Gives tokens out, as registry clients ask for them: by GET with Basic authentication, and by POST as in OAuth 2.0 (RFC
 * 6749, sections 4.3 and 6; RFC 8693). A token carries what was asked for and may be had, which can be nothing.
 */
@RestController
@ConditionalOnLogin
class TokenController {

    private static final int LARGEST_FORM = 64 * 1024;
    private static final String REFRESH = "refresh_token";
    private static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
    private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

    private final Authenticator authenticator;
    private final RefreshTokens refreshTokens;
    private final Workloads workloads;
    private final WorkloadLogins workloadLogins;
    private final Tokens tokens;
    private final Rights rights;
    private final Challenge challenge;
    private final SmallBodies bodies;

    TokenController(
            Authenticator authenticator,
            RefreshTokens refreshTokens,
            Workloads workloads,
            WorkloadLogins workloadLogins,
            Tokens tokens,
            Rights rights,
            Challenge challenge,
            SmallBodies bodies) {
        this.authenticator = authenticator;
        this.refreshTokens = refreshTokens;
        this.workloads = workloads;
        this.workloadLogins = workloadLogins;
        this.tokens = tokens;
        this.rights = rights;
        this.challenge = challenge;
        this.bodies = bodies;
    }

    /** No time of issue: clients would compare it with their own clock. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Issued(
            String token,
            @JsonProperty("access_token") String accessToken,
            @JsonProperty("expires_in") long expiresIn,
            @JsonProperty("token_type") @Nullable String tokenType,
            @JsonProperty("issued_token_type") @Nullable String issuedTokenType,
            @JsonProperty("refresh_token") @Nullable String refreshToken) {}

    @Open
    @GetMapping(path = BearerChallenge.TOKENS, produces = MediaType.APPLICATION_JSON_VALUE)
    Object get(HttpServletRequest request, HttpServletResponse response) {
        TokenRequest asked = TokenRequest.ofForm(Optional.ofNullable(request.getQueryString()).orElse(""));
        Caller caller = Callers.of(request);
        if (caller.token().isPresent()) { // with another one for it, it would live for ever
            response.setHeader("WWW-Authenticate", challenge.header(request, "", "invalid_token"));
            throw new RegistryException(Problem.UNAUTHENTICATED, "a token gets no other token", Map.of());
        }
        return issue(asked, caller, login(asked, SignIn.proven(request)), false, response);
    }

    @Open
    @PostMapping(path = BearerChallenge.TOKENS, produces = MediaType.APPLICATION_JSON_VALUE)
    Object post(HttpServletRequest request, HttpServletResponse response) throws IOException {
        TokenRequest asked = bodies.read(
                request,
                LARGEST_FORM,
                Problem.REQUEST_TOO_LARGE,
                body -> TokenRequest.ofForm(new String(body, StandardCharsets.UTF_8)));
        String type = asked.value("grant_type").orElse("");
        Optional<Proven> who = switch (type) {
            case "password" -> check(asked.require("username"), asked.require("password"), request);
            case REFRESH -> kept(asked.require(REFRESH));
            case EXCHANGE -> exchange(asked.require("subject_token"), request);
            default -> throw new RegistryException(
                    Problem.PARAMETER_INVALID,
                    "grant_type is password, refresh_token, or a token exchange",
                    Map.of("parameter", "grant_type"));
        };
        if (who.isEmpty()) {
            response.setHeader("WWW-Authenticate", challenge.header(request, "", ""));
            throw new RegistryException(
                    Problem.UNAUTHENTICATED, "the name, the password or the token is wrong", Map.of());
        }
        // What was given for a password does not live on by getting another one.
        Optional<String> login = type.equals(REFRESH) ? Optional.empty() : login(asked, who);
        return issue(asked, who.get().caller(), login, type.equals(EXCHANGE), response);
    }

    /** Who keeps this in the place of a password, or of a token of an issuer that is trusted to this day. */
    private Optional<Proven> kept(String token) {
        return refreshTokens
                .check(token)
                .or(() -> workloadLogins.check(token).filter(proven -> workloads.trusts(proven.caller().issuer())));
    }

    /** What the client is to keep. */
    private Optional<String> login(TokenRequest asked, Optional<Proven> proven) {
        return asked.wantsRefreshToken()
                ? proven.flatMap(who -> refreshTokens.issue(who).or(() -> workloadLogins.issue(who.caller())))
                : Optional.empty();
    }

    private Optional<Proven> check(String name, String secret, HttpServletRequest request) {
        return authenticator.check(name, secret, request.getRemoteAddr());
    }

    /** A workload's token, or one that somebody got for the command line. */
    private Optional<Proven> exchange(String token, HttpServletRequest request) {
        return authenticator.isOfAPerson(token)
                ? authenticator.logInByToken(token, request.getRemoteAddr())
                : check("", token, request);
    }

    private Issued issue(
            TokenRequest asked, Caller caller, Optional<String> refresh, boolean isExchange, HttpServletResponse response) {
        String token = tokens.issue(caller, asked.scopes().allowed(caller, rights));
        response.setHeader("Cache-Control", "no-store");
        return new Issued(
                token,
                token,
                tokens.lifetime().toSeconds(),
                isExchange ? "Bearer" : null,
                isExchange ? ACCESS_TOKEN : null,
                refresh.orElse(null));
    }
}
