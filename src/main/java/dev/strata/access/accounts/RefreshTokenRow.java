package dev.strata.access.accounts;

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

    static final String ACCOUNT = "A";
    static final String ROBOT = "R";

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private @Nullable Long id;

    private byte[] hash = {};
    private String ownerKind = "";
    private String ownerName = "";
    private String ownerVersion = "";
    private Instant createdAt = Instant.EPOCH;
    private Instant expiresAt = Instant.EPOCH;

    protected RefreshTokenRow() {}

    RefreshTokenRow(byte[] hash, String kind, String name, String version, Instant createdAt, Instant expiresAt) {
        this.hash = hash.clone();
        this.ownerKind = kind;
        this.ownerName = name;
        this.ownerVersion = version;
        this.createdAt = createdAt;
        this.expiresAt = expiresAt;
    }

    boolean isRobots() {
        return ownerKind.equals(ROBOT);
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
}
