package dev.strata.registry;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

@Entity
@Table(name = "manifest_content")
class ManifestContentRow {

    @Id
    long manifestId;

    byte[] content;

    protected ManifestContentRow() {}

    ManifestContentRow(long manifestId, byte[] content) {
        this.manifestId = manifestId;
        this.content = content;
    }
}
