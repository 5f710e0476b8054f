package dev.strata.registry;

import dev.strata.oci.Digest;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

@Entity
@Table(name = "manifest")
class ManifestRow {

    @Id
    long id;

    Digest digest;

    int size;

    Instant storedAt;
}
