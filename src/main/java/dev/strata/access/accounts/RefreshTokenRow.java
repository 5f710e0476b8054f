package dev.strata.access.accounts;

import dev.strata.access.callers.Caller.Kind;
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

    private static final String ACCOUNT = "A";
    private static final String PERSON = "P";
    private static final String ROBOT = "R";

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

    RefreshTokenRow(byte[] hash, Kind kind, String name, String version, Instant createdAt, Instant expiresAt) {
        this.hash = hash.clone();
        this.ownerKind = code(kind);
        this.ownerName = name;
        this.ownerVersion = version;
        this.createdAt = createdAt;
        this.expiresAt = expiresAt;
    }

    static String code(Kind owner) {
        return switch (owner) {
            case ROBOT -> ROBOT;
            case PERSON -> PERSON;
            default -> ACCOUNT;
        };
    }

    Kind ownerKind() {
        return switch (ownerKind) {
            case ROBOT -> Kind.ROBOT;
            case PERSON -> Kind.PERSON;
            default -> Kind.ACCOUNT;
        };
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
