package dev.strata.access.tokens;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.PostLoad;
import jakarta.persistence.PostPersist;
import jakarta.persistence.Table;
import jakarta.persistence.Transient;
import java.time.Instant;
import org.springframework.data.domain.Persistable;

@Entity
@Table(name = "signing_key")
class SigningKeyRow implements Persistable<String> {

    @Id
    private String id = "";

    private byte[] secret = {};
    private Instant createdAt = Instant.EPOCH;

    @Transient
    private boolean isNew = true;

    protected SigningKeyRow() {}

    SigningKeyRow(String id, byte[] secret, Instant createdAt) {
        this.id = id;
        this.secret = secret.clone();
        this.createdAt = createdAt;
    }

    @Override
    public String getId() {
        return id;
    }

    /** Its id is made here: it must not be looked for first. */
    @Override
    public boolean isNew() {
        return isNew;
    }

    @PostLoad
    @PostPersist
    void markPresent() {
        isNew = false;
    }

    byte[] secret() {
        return secret.clone();
    }

    Instant createdAt() {
        return createdAt;
    }
}
