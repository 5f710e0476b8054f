package dev.strata.access.tokens;

import com.nimbusds.jose.jwk.OctetSequenceKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.springframework.scheduling.annotation.Scheduled;

/** The keys in memory. The database is asked at a start, once an hour, and where a token names a key that is not known. */
class SigningKeys {

    /** However many tokens name keys that there are none of. */
    private static final long SHORTEST_WAIT = Duration.ofSeconds(1).toNanos();

    private final StoredKeys stored;
    private final LongSupplier nanoTime;
    private volatile List<OctetSequenceKey> keys = List.of();
    private volatile long loadedAt;

    SigningKeys(StoredKeys stored, LongSupplier nanoTime) {
        this.stored = stored;
        this.nanoTime = nanoTime;
        this.loadedAt = nanoTime.getAsLong() - SHORTEST_WAIT;
    }

    /** That which signs. */
    OctetSequenceKey newest() {
        List<OctetSequenceKey> known = keys;
        if (known.isEmpty()) {
            synchronized (this) {
                if (keys.isEmpty()) {
                    keys = stored.renew();
                }
                known = keys;
            }
        }
        return known.getFirst();
    }

    /** The key that a token names. */
    Optional<OctetSequenceKey> named(String id) {
        return find(id).or(() -> {
            reload();
            return find(id);
        });
    }

    private Optional<OctetSequenceKey> find(String id) {
        return keys.stream().filter(key -> key.getKeyID().equals(id)).findFirst();
    }

    private synchronized void reload() {
        if (nanoTime.getAsLong() - loadedAt >= SHORTEST_WAIT) {
            loadedAt = nanoTime.getAsLong();
            keys = stored.all();
        }
    }

    @Scheduled(fixedDelayString = "PT1H", initialDelayString = "PT1H")
    void renew() {
        keys = stored.renew();
    }

    /** Signs with a new key from now on; tokens of the one before stay good. */
    void rotate() {
        keys = stored.create();
    }
}
