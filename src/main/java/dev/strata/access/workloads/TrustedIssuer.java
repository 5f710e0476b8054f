package dev.strata.access.workloads;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.strata.access.AccessProperties.Issuer;
import java.time.Clock;
import java.util.Date;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Verifies the tokens of one issuer: RFC 7519, section 7.2, and RFC 8725. */
final class TrustedIssuer {

    private static final Logger log = LoggerFactory.getLogger(TrustedIssuer.class);

    private static final int LEEWAY_SECONDS = 60;

    private final Issuer issuer;
    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

    TrustedIssuer(Issuer issuer, Clock clock) {
        this.issuer = issuer;
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, null));
        processor.setJWSKeySelector(IssuerKeys.selector(issuer));
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
