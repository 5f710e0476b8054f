package dev.strata.access.tokens;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.strata.access.callers.Caller;
import dev.strata.access.callers.TokenRights;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;

/**
 * Gives tokens out and reads them (RFC 7519). They are signed with a secret of this installation (HS256), which no other
 * service has: nobody else can make one, and nobody else accepts one.
 */
public final class Tokens {

    /** How long a token lives. */
    public static final Duration LIFETIME = Duration.ofMinutes(5);

    /** How far clocks may differ. */
    static final Duration LEEWAY = Duration.ofSeconds(60);

    /** The issuer and the audience: this registry. */
    static final String STRATA = "strata";

    /** What a client may send in a header at the most. */
    private static final int LONGEST = 24 * 1024;
    /** Characters of all tokens that are remembered as read. */
    private static final long REMEMBERED = 2L * 1024 * 1024;

    private final SigningKeys keys;
    private final Clock clock;
    private final Cache<String, Read> read = Caffeine.newBuilder()
            .maximumWeight(REMEMBERED)
            .weigher((String token, Read caller) -> token.length())
            .build();

    private record Read(Caller caller, Instant end) {}

    Tokens(SigningKeys keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /** A token that holds its bearer to these rights. */
    public String issue(Caller caller, TokenRights rights) {
        OctetSequenceKey key = keys.newest();
        Instant now = clock.instant();
        JWTClaimsSet claims = CallerClaims.write(caller, rights)
                .issuer(STRATA)
                .audience(STRATA)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(LIFETIME)))
                .build();
        try {
            SignedJWT token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(key.getKeyID()).build(), claims);
            token.sign(new MACSigner(key));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException("A token cannot be signed", e);
        }
    }

    /** Whose token this is; absent where it is none of this registry's, or is over. */
    public Optional<Caller> verify(String token) {
        if (token.length() > LONGEST) {
            return Optional.empty();
        }
        Read known = read.getIfPresent(token);
        if (known == null) {
            Optional<Read> found = parse(token);
            found.ifPresent(good -> read.put(token, good));
            return found.filter(this::lives).map(Read::caller);
        }
        return lives(known) ? Optional.of(known.caller()) : Optional.empty();
    }

    /** Whether a text says that it is a token of this registry, good or not, and of nobody who signs with a public key. */
    public static boolean isOwn(String text) {
        try {
            int dot = text.indexOf('.');
            return dot > 0
                    && text.length() <= LONGEST
                    && JWSAlgorithm.HS256.equals(JWSHeader.parse(new Base64URL(text.substring(0, dot))).getAlgorithm());
        } catch (ParseException e) {
            return false;
        }
    }

    private boolean lives(Read token) {
        return clock.instant().isBefore(token.end());
    }

    private Optional<Read> parse(String text) {
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
            if (!STRATA.equals(claims.getIssuer())
                    || !claims.getAudience().contains(STRATA)
                    || claims.getExpirationTime() == null) {
                return Optional.empty();
            }
            return Optional.of(new Read(
                    CallerClaims.read(claims), claims.getExpirationTime().toInstant().plus(LEEWAY)));
        } catch (ParseException | JOSEException e) {
            return Optional.empty(); // it is none
        }
    }
}
