package dev.strata.access.sessions;

import dev.strata.access.accounts.KeptOwner;
import dev.strata.access.callers.Proven;
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

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private @Nullable Long id;

    private byte[] hash = {};
    private KeptOwner owner = new KeptOwner();
    private Instant createdAt = Instant.EPOCH;
    private Instant expiresAt = Instant.EPOCH;
    private Instant endsAt = Instant.EPOCH;

    protected SessionRow() {}

    SessionRow(byte[] hash, Proven owner, Instant createdAt, Instant endsAt) {
        this.hash = hash.clone();
        this.owner = new KeptOwner(owner);
        this.createdAt = createdAt;
        this.expiresAt = endsAt;
        this.endsAt = endsAt;
    }

    KeptOwner owner() {
        return owner;
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
