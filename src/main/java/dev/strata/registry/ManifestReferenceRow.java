package dev.strata.registry;

import dev.strata.oci.Digest;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;

@Entity
@Table(name = "manifest_reference")
class ManifestReferenceRow {

    static final char BLOB = 'B';
    static final char CHILD = 'M';

    @EmbeddedId
    Key key;

    char kind;

    Digest digest;

    long size;

    protected ManifestReferenceRow() {}

    ManifestReferenceRow(Key key, char kind, Digest digest, long size) {
        this.key = key;
        this.kind = kind;
        this.digest = digest;
        this.size = size;
    }

    @Embeddable
    record Key(long manifestId, int position) {}
}
