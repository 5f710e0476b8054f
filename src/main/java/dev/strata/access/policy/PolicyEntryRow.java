package dev.strata.access.policy;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A grant, or another rule, as somebody wrote it. It is never changed; it goes, and another one comes. */
@Entity
@Table(name = "policy_entry")
class PolicyEntryRow {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private @Nullable Long id;

    private String kind = "";
    private String definition = "";
    private Instant createdAt = Instant.EPOCH;
    private String createdBy = "";

    protected PolicyEntryRow() {}

    PolicyEntryRow(PolicyEntry.Kind kind, String definition, Instant createdAt, String createdBy) {
        this.kind = kind.code();
        this.definition = definition;
        this.createdAt = createdAt;
        this.createdBy = createdBy;
    }

    PolicyEntry entry() {
        return new PolicyEntry(
                id == null ? 0 : id, PolicyEntry.Kind.of(kind), definition, createdAt, createdBy);
    }
}
