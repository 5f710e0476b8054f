package dev.strata.upkeep.bin;

import dev.strata.database.work.Work.Outcome;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.registry.deletions.DeletionsAlong;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Deletes in the background what was only there for a manifest that was deleted, as far as the request left that. */
@Component
class AlongDeletion {

    /** In bytes, of any digest. A manifest that is being forgotten has none. */
    private static final int SHORTEST_DIGEST = 32;

    private final DeletionsAlong deletions;
    private final JdbcTemplate jdbc;

    AlongDeletion(DeletionsAlong deletions, JdbcTemplate jdbc) {
        this.deletions = deletions;
        this.jdbc = jdbc;
    }

    Outcome goOn(BinSubject.Along along, Optional<String> progress) {
        return deleted(along)
                .flatMap(deleted -> deletions.follow(deleted, progress))
                .<Outcome>map(Outcome.GoOn::new)
                .orElse(new Outcome.Done());
    }

    /** Empty where it is forgotten. */
    private Optional<DeletionsAlong.Deleted> deleted(BinSubject.Along along) {
        return jdbc
                .query(
                        "select r.name, m.digest from repository r, manifest m where r.id = ? and m.id = ?",
                        (row, number) -> row.getBytes(2).length < SHORTEST_DIGEST
                                ? Optional.<DeletionsAlong.Deleted>empty()
                                : Optional.of(new DeletionsAlong.Deleted(
                                        RepositoryName.of(row.getString(1)),
                                        Digest.ofBytes(row.getBytes(2)),
                                        along.deletion(),
                                        along.at())),
                        along.repositoryId(),
                        along.manifestId())
                .stream()
                .flatMap(Optional::stream)
                .findFirst();
    }
}
