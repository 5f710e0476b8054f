package dev.strata.access.workloads;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.strata.access.AccessProperties.Issuer;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Verifies the tokens of one issuer: RFC 7519, section 7.2, and RFC 8725. */
final class TrustedIssuer {

    private static final Logger log = LoggerFactory.getLogger(TrustedIssuer.class);

    /** Those with a public key only: with a shared secret, whoever knows the public key could sign. */
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256, JWSAlgorithm.RS384, JWSAlgorithm.RS512,
            JWSAlgorithm.PS256, JWSAlgorithm.PS384, JWSAlgorithm.PS512,
            JWSAlgorithm.ES256, JWSAlgorithm.ES384, JWSAlgorithm.ES512);

    private static final Duration KEPT = Duration.ofMinutes(10);
    private static final Duration FETCHED = Duration.ofSeconds(15);
    /** Between two times that its keys are asked for because a token names one that is not known. */
    private static final Duration SHORTEST_WAIT = Duration.ofSeconds(10);
    /** While its keys cannot be fetched, those that it had are good for so long. */
    private static final Duration OUTAGE = Duration.ofHours(24);
    private static final int LEEWAY_SECONDS = 60;

    private final Issuer issuer;
    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

    TrustedIssuer(Issuer issuer, Clock clock) {
        this.issuer = issuer;
        var keys = JWKSourceBuilder.create(new IssuerKeys(issuer))
                .cache(KEPT.toMillis(), FETCHED.toMillis())
                .rateLimited(SHORTEST_WAIT.toMillis())
                .outageTolerant(OUTAGE.toMillis())
                .build();
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, null));
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, keys));
        DefaultJWTClaimsVerifier<SecurityContext> claims = new DefaultJWTClaimsVerifier<>(
                issuer.audience(),
                new JWTClaimsSet.Builder().issuer(issuer.issuer()).build(),
                Set.of("sub", "exp")) {
            @Override
            protected Date currentTime() {
                return Date.from(clock.instant());
            }
        };
        claims.setMaxClockSkew(LEEWAY_SECONDS);
        processor.setJWTClaimsSetVerifier(claims);
    }

    String name() {
        return issuer.name();
    }

    boolean isOf(String iss) {
        return issuer.issuer().equals(iss);
    }

    /** What a token says; absent where it is not good, or where that cannot be told. */
    Optional<JWTClaimsSet> verify(SignedJWT token) {
        try {
            return Optional.of(processor.process(token, null));
        } catch (KeySourceException e) {
            log.warn("The keys of the issuer {} cannot be fetched: {}", issuer.name(), e.getMessage());
            return Optional.empty();
        } catch (BadJOSEException | JOSEException e) {
            log.debug("A token of the issuer {} is refused", issuer.name(), e);
            return Optional.empty();
        }
    }
}
