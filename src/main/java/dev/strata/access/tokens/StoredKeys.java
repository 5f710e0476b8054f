package dev.strata.access.tokens;

import com.nimbusds.jose.jwk.OctetSequenceKey;
import dev.strata.database.entities.EntityTransaction;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import org.springframework.data.domain.Limit;

/** The keys of this installation as the database has them. Several processes may share them. */
@EntityTransaction
class StoredKeys {

    /** After this the next key signs. */
    static final Duration AGE = Duration.ofDays(30);
    /** Longer than any token lives that the key before it signed. */
    private static final Duration OVERLAP = Duration.ofHours(1);

    private static final int SECRET = 32;
    private static final int MOST = 16;

    private final SigningKeyRows rows;
    private final Clock clock;
    private final SecureRandom random;

    StoredKeys(SigningKeyRows rows, Clock clock, SecureRandom random) {
        this.rows = rows;
        this.clock = clock;
        this.random = random;
    }

    /** The newest first. */
    @EntityTransaction(readOnly = true)
    List<OctetSequenceKey> all() {
        return load().stream().map(StoredKeys::key).toList();
    }

    /** Makes a new key where the newest is old, and forgets those that no living token was signed with. */
    List<OctetSequenceKey> renew() {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        List<SigningKeyRow> present = load();
        if (present.isEmpty() || present.getFirst().createdAt().plus(AGE).isBefore(now)) {
            return create(now);
        }
        if (present.getFirst().createdAt().plus(OVERLAP).isBefore(now)) {
            present.stream().skip(1).forEach(rows::delete);
            return List.of(key(present.getFirst()));
        }
        return present.stream().map(StoredKeys::key).toList();
    }

    /** Makes a new key, whatever there is. */
    List<OctetSequenceKey> create() {
        return create(clock.instant().truncatedTo(ChronoUnit.MICROS));
    }

    private List<OctetSequenceKey> create(Instant now) {
        byte[] id = new byte[12];
        byte[] secret = new byte[SECRET];
        random.nextBytes(id);
        random.nextBytes(secret);
        rows.save(new SigningKeyRow(HexFormat.of().formatHex(id), secret, now));
        return load().stream().map(StoredKeys::key).toList();
    }

    private List<SigningKeyRow> load() {
        return rows.findByOrderByCreatedAtDescIdDesc(Limit.of(MOST));
    }

    private static OctetSequenceKey key(SigningKeyRow row) {
        return new OctetSequenceKey.Builder(row.secret()).keyID(row.getId()).build();
    }
}
