package dev.strata.access.robots;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

@Entity
@Table(name = "robot_secret")
class RobotSecretRow {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private @Nullable Long id;

    private long robotId;
    private byte[] hash = {};
    private Instant createdAt = Instant.EPOCH;
    private @Nullable Instant expiresAt;

    protected RobotSecretRow() {}

    RobotSecretRow(long robotId, byte[] hash, Instant createdAt, @Nullable Instant expiresAt) {
        this.robotId = robotId;
        this.hash = hash.clone();
        this.createdAt = createdAt;
        this.expiresAt = expiresAt;
    }

    long robotId() {
        return robotId;
    }

    boolean isGoodAt(Instant time) {
        return expiresAt == null || time.isBefore(expiresAt);
    }

    /** Ends it then, if it does not end before. */
    void endAt(Instant time) {
        if (isGoodAt(time)) {
            expiresAt = time;
        }
    }

    String version() {
        return "robot-" + robotId + "-" + id;
    }
}
