package dev.strata.access.refresh;

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
@Table(name = "refresh_token")
class RefreshTokenRow {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private @Nullable Long id;

    private byte[] hash = {};
    private KeptOwner owner = new KeptOwner();
    private Instant createdAt = Instant.EPOCH;
    private Instant expiresAt = Instant.EPOCH;

    protected RefreshTokenRow() {}

    RefreshTokenRow(byte[] hash, Proven owner, Instant createdAt, Instant expiresAt) {
        this.hash = hash.clone();
        this.owner = new KeptOwner(owner);
        this.createdAt = createdAt;
        this.expiresAt = expiresAt;
    }

    KeptOwner owner() {
        return owner;
    }

    boolean isOverAt(Instant time) {
        return !time.isBefore(expiresAt);
    }
}
