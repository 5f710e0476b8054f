package dev.strata.access.tokens;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.strata.access.callers.Caller;
import dev.strata.access.callers.TokenRights;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Gives tokens out and reads them: nobody else can make one, and nobody else accepts one. */
public final class Tokens {

    /** How far clocks may differ, where tokens live for five minutes or more. */
    private static final Duration LEEWAY = Duration.ofSeconds(60);
    /** One that is to be over soon is not to live twice as long. */
    private static final int LEAST_PART = 5;

    private static final String AUDIENCE = "strata";
    /** Characters of all tokens that are remembered as read. */
    private static final long REMEMBERED = 2L * 1024 * 1024;

    private final SignedClaims signed;
    private final Clock clock;
    private final Duration lifetime;
    private final Duration leeway;
    private final Cache<String, Read> read = Caffeine.newBuilder()
            .maximumWeight(REMEMBERED)
            .weigher((String token, Read caller) -> token.length())
            .build();

    private record Read(Caller caller, Instant end) {}

    Tokens(SignedClaims signed, Clock clock, Duration lifetime) {
        this.signed = signed;
        this.clock = clock;
        this.lifetime = lifetime;
        Duration part = lifetime.dividedBy(LEAST_PART);
        this.leeway = part.compareTo(LEEWAY) < 0 ? part : LEEWAY;
    }

    /** How long a token lives. */
    public Duration lifetime() {
        return lifetime;
    }

    /** A token that holds its bearer to these rights. */
    public String issue(Caller caller, TokenRights rights) {
        return signed.sign(CallerClaims.write(caller, rights), AUDIENCE, lifetime);
    }

    /** Whose token this is; absent where it is none of this registry's, or is over. */
    public Optional<Caller> verify(String token) {
        Read known = read.getIfPresent(token);
        if (known == null) {
            Optional<Read> found = signed.read(token, AUDIENCE).flatMap(this::caller);
            found.ifPresent(good -> read.put(token, good));
            return found.filter(this::lives).map(Read::caller);
        }
        return lives(known) ? Optional.of(known.caller()) : Optional.empty();
    }

    private Optional<Read> caller(JWTClaimsSet claims) {
        try {
            return Optional.of(new Read(
                    CallerClaims.read(claims), claims.getExpirationTime().toInstant().plus(leeway)));
        } catch (ParseException e) {
            return Optional.empty();
        }
    }

    /** Whether a text says that it is a token of this registry, good or not, and of nobody who signs with a public key. */
    public static boolean isOwn(String text) {
        try {
            int dot = text.indexOf('.');
            return dot > 0
                    && text.length() <= SignedClaims.LONGEST
                    && JWSAlgorithm.HS256.equals(JWSHeader.parse(new Base64URL(text.substring(0, dot))).getAlgorithm());
        } catch (ParseException e) {
            return false;
        }
    }

    private boolean lives(Read token) {
        return clock.instant().isBefore(token.end());
    }
}
