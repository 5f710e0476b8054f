package dev.strata.registry;

import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;

@Entity
@Table(name = "blob_link")
class BlobLinkRow {

    @EmbeddedId
    Key key;

    Instant linkedAt;

    @Embeddable
    record Key(long repositoryId, long blobId) {}
}
