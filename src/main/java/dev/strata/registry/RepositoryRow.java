package dev.strata.registry;

import dev.strata.oci.RepositoryName;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

@Entity
@Table(name = "repository")
@SuppressWarnings("NullAway.Init")
class RepositoryRow {

    @Id
    long id;

    RepositoryName name;

    long tagRevision;
}
