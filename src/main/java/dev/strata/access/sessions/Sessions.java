package dev.strata.access.sessions;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.strata.access.callers.Caller.Kind;
import dev.strata.access.callers.Proven;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.apache.commons.codec.digest.DigestUtils;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * Logins in browsers. Each is known by a random value, of which only a hash is kept. It ends when it was not used for a
 * while, at its end, when its owner logs out, and when their password changes or they are gone. Whether it is still good is
 * asked once a second.
 */
public final class Sessions {

    private static final Duration TRUSTED = Duration.ofMillis(900);
    private static final int MOST_REMEMBERED = 10_000;
    private static final int BYTES = 32;
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_-]{43}");

    private final StoredSessions stored;
    private final Clock clock;
    private final RandomGenerator random;
    private final Cache<String, Known> known =
            Caffeine.newBuilder().maximumSize(MOST_REMEMBERED).expireAfterWrite(TRUSTED).build();

    private record Known(Session session, Instant at) {}

    /** @param random that nobody can guess */
    Sessions(StoredSessions stored, Clock clock, RandomGenerator random) {
        this.stored = stored;
        this.clock = clock;
        this.random = random;
    }

    /** @param value that the browser shows from now on, and nobody else may know */
    public record Started(String value, Session session) {}

    /** @param owner an account, or somebody whom an issuer names */
    public Started start(Proven owner) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        String value = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        return new Started(value, stored.start(hash(value), owner));
    }

    /** The session of a value, with its owner as they are now. */
    public Optional<Session> find(String value) {
        if (!VALUE.matcher(value).matches()) {
            return Optional.empty();
        }
        String key = DigestUtils.sha256Hex(value);
        Instant now = clock.instant();
        Known remembered = known.getIfPresent(key);
        if (remembered != null && Duration.between(remembered.at, now).abs().compareTo(TRUSTED) < 0) {
            return Optional.of(remembered.session);
        }
        Optional<StoredSessions.Found> found = stored.find(hash(value));
        if (found.isPresent() && found.get().isStale()) {
            stored.noteUse(hash(value));
        }
        found.ifPresent(good -> known.put(key, new Known(good.session(), now)));
        return found.map(StoredSessions.Found::session);
    }

    /** Ends one; nothing happens where there is none. */
    public void end(String value) {
        if (VALUE.matcher(value).matches()) {
            stored.end(hash(value));
            known.invalidate(DigestUtils.sha256Hex(value));
        }
    }

    /** Ends all that somebody has. Elsewhere they are remembered for less than a second. */
    public void endAll(Kind kind, String name) {
        while (stored.endAll(kind, name) > 0) {
            // There are as many as there may be, twice at the most.
        }
        known.invalidateAll();
    }

    /** As many as there are, some in a transaction; where there are none, nothing is written. */
    @Scheduled(fixedDelayString = "PT1M", initialDelayString = "PT1M")
    void deleteExpired() {
        while (stored.haveExpired()) {
            stored.deleteExpired();
        }
    }

    private static byte[] hash(String value) {
        return DigestUtils.sha256(value);
    }
}
