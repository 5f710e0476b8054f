package dev.strata.registry;

import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

@Entity
@Table(name = "manifest_link")
class ManifestLinkRow {

    @EmbeddedId
    Key key;

    MediaType mediaType;

    @Nullable
    MediaType artifactType;

    @Nullable
    Digest subject;

    Instant pushedAt;

    @Embeddable
    record Key(long repositoryId, long manifestId) {}
}
