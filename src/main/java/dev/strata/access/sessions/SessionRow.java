package dev.strata.access.sessions;

import dev.strata.access.callers.Caller.Kind;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

@Entity
@Table(name = "web_session")
class SessionRow {

    private static final String ACCOUNT = "A";
    private static final String PERSON = "P";

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private @Nullable Long id;

    private byte[] hash = {};
    private String ownerKind = "";
    private String ownerName = "";
    private String ownerVersion = "";
    private Instant createdAt = Instant.EPOCH;
    private Instant expiresAt = Instant.EPOCH;
    private Instant endsAt = Instant.EPOCH;

    protected SessionRow() {}

    SessionRow(byte[] hash, Kind kind, String name, String version, Instant createdAt, Instant endsAt) {
        this.hash = hash.clone();
        this.ownerKind = code(kind);
        this.ownerName = name;
        this.ownerVersion = version;
        this.createdAt = createdAt;
        this.expiresAt = endsAt;
        this.endsAt = endsAt;
    }

    static String code(Kind owner) {
        return owner == Kind.PERSON ? PERSON : ACCOUNT;
    }

    Kind ownerKind() {
        return ownerKind.equals(PERSON) ? Kind.PERSON : Kind.ACCOUNT;
    }

    String ownerName() {
        return ownerName;
    }

    String ownerVersion() {
        return ownerVersion;
    }

    boolean isOverAt(Instant time) {
        return !time.isBefore(expiresAt);
    }

    Instant expiresAt() {
        return expiresAt;
    }

    Instant endsAt() {
        return endsAt;
    }

    /** Lets it live until then, but not beyond its end. */
    void keepUntil(Instant time) {
        expiresAt = time.isBefore(endsAt) ? time : endsAt;
    }
}
