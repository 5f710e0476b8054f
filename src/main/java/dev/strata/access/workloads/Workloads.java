package dev.strata.access.workloads;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.strata.access.callers.Caller;
import dev.strata.access.callers.Caller.Kind;
import dev.strata.access.callers.Proven;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Workloads, such as CI jobs and pods, by the tokens that their platforms give them: they need no secret of ours. */
public final class Workloads {

    private static final int LONGEST_TOKEN = 16 * 1024;
    /** It is carried by tokens of this registry, and shown wherever somebody asks who did something. */
    private static final int LONGEST_SUBJECT = 1_000;
    private static final Duration LEEWAY = Duration.ofSeconds(60);

    private final List<TrustedIssuer> issuers;
    private final Clock clock;

    Workloads(List<TrustedIssuer> issuers, Clock clock) {
        this.issuers = List.copyOf(issuers);
        this.clock = clock;
    }

    /** Whether a text that came as a password is meant to be a token. */
    public boolean isToken(String text) {
        return text.startsWith("eyJ") && text.chars().filter(character -> character == '.').count() == 2;
    }

    /** Whether tokens of an issuer of this name are accepted. */
    public boolean trusts(String name) {
        return issuers.stream().anyMatch(issuer -> issuer.name().equals(name));
    }

    /** Whose token this is; absent where it is of no issuer that is trusted, for somebody else, over, or not good. */
    public Optional<Proven> check(String text) {
        if (text.length() > LONGEST_TOKEN) {
            return Optional.empty();
        }
        try {
            SignedJWT token = SignedJWT.parse(text);
            String iss = token.getJWTClaimsSet().getIssuer();
            for (TrustedIssuer issuer : issuers) {
                if (iss != null && issuer.isOf(iss)) {
                    return issuer.verify(token)
                            .filter(claims -> isName(claims.getSubject()))
                            .map(claims -> proven(issuer, claims));
                }
            }
            return Optional.empty();
        } catch (ParseException e) {
            return Optional.empty(); // it is none, or not signed
        }
    }

    /** An issuer may write null there, which counts as a claim. */
    private static boolean isName(@Nullable String subject) {
        return subject != null && !subject.isBlank() && subject.length() <= LONGEST_SUBJECT;
    }

    private Proven proven(TrustedIssuer issuer, JWTClaimsSet claims) {
        Caller caller = new Caller(
                Kind.WORKLOAD,
                claims.getSubject(),
                issuer.name(),
                Set.of(),
                FlatClaims.of(claims.getClaims()),
                Optional.empty(),
                Optional.empty());
        Instant end = claims.getExpirationTime().toInstant().plus(LEEWAY);
        return new Proven(caller, "", () -> clock.instant().isBefore(end));
    }
}
