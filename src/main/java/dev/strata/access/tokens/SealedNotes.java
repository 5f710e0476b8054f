package dev.strata.access.tokens;

import com.nimbusds.jwt.JWTClaimsSet;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What this installation gives a client to keep for a while and bring back as it was. The client can read it. A note is no
 * token, and a token is no note: each has an audience of its own.
 */
public final class SealedNotes {

    private static final int LONGEST = 8 * 1024;
    private static final String AUDIENCE = "strata-note:";
    private static final String CONTENT = "note";

    private final SignedClaims signed;
    private final Clock clock;

    SealedNotes(SignedClaims signed, Clock clock) {
        this.signed = signed;
        this.clock = clock;
    }

    /** @param purpose for which alone it can be opened */
    public String seal(String purpose, Map<String, String> content, Duration lifetime) {
        return signed.sign(new JWTClaimsSet.Builder().claim(CONTENT, content), AUDIENCE + purpose, lifetime);
    }

    /** What a note says; absent where it was sealed elsewhere or for something else, was changed, or is over. */
    public Optional<Map<String, String>> open(String purpose, String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        return signed.read(text, AUDIENCE + purpose)
                .filter(claims -> clock.instant().isBefore(claims.getExpirationTime().toInstant()))
                .flatMap(SealedNotes::content);
    }

    private static Optional<Map<String, String>> content(JWTClaimsSet claims) {
        try {
            Map<String, String> content = new HashMap<>();
            claims.getJSONObjectClaim(CONTENT).forEach((name, value) -> content.put(name, String.valueOf(value)));
            return Optional.of(content);
        } catch (ParseException e) {
            return Optional.empty();
        }
    }
}
