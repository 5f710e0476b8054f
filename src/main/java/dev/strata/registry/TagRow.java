package dev.strata.registry;

import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;

@Entity
@Table(name = "tag")
class TagRow {

    @EmbeddedId
    Key key;

    long manifestId;

    Instant updatedAt;

    /** A converter cannot stand on a part of a key, so the tag lies here as its text. */
    @Embeddable
    record Key(long repositoryId, String name) {}
}
