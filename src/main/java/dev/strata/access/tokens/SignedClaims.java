package dev.strata.access.tokens;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;

/**
 * Claims that this registry signs for itself (RFC 7519) with a secret of this installation (HS256), which no other service
 * has. What they are good for is their audience.
 */
final class SignedClaims {

    /** What a client may send in a header at the most. */
    static final int LONGEST = 24 * 1024;

    private static final String ISSUER = "strata";

    private final SigningKeys keys;
    private final Clock clock;

    SignedClaims(SigningKeys keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /** Signs claims that are good for a time from now on. */
    String sign(JWTClaimsSet.Builder claims, String audience, Duration lifetime) {
        OctetSequenceKey key = keys.newest();
        Instant now = clock.instant();
        claims.issuer(ISSUER)
                .audience(audience)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(lifetime)));
        try {
            SignedJWT token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(key.getKeyID()).build(), claims.build());
            token.sign(new MACSigner(key));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException("A token cannot be signed", e);
        }
    }

    /** What a text says that was signed here for this audience, be it over or not; absent for every other one. */
    Optional<JWTClaimsSet> read(String text, String audience) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            SignedJWT token = SignedJWT.parse(text);
            if (!JWSAlgorithm.HS256.equals(token.getHeader().getAlgorithm()) || token.getHeader().getKeyID() == null) {
                return Optional.empty();
            }
            Optional<OctetSequenceKey> key = keys.named(token.getHeader().getKeyID());
            if (key.isEmpty() || !token.verify(new MACVerifier(key.get()))) {
                return Optional.empty();
            }
            JWTClaimsSet claims = token.getJWTClaimsSet();
            return ISSUER.equals(claims.getIssuer())
                            && claims.getAudience().contains(audience)
                            && claims.getExpirationTime() != null
                    ? Optional.of(claims)
                    : Optional.empty();
        } catch (ParseException | JOSEException e) {
            return Optional.empty(); // it is none
        }
    }
}
