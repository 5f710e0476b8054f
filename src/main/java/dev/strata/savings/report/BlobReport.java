package dev.strata.savings.report;

import dev.strata.access.rights.ReadableRepositories;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.savings.counted.CountedObject;
import dev.strata.savings.ledger.CountedObjects;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;

/** The figures of one blob. */
@Service
public class BlobReport {

    private static final int MOST_NAMES = 10;

    private final JdbcTemplate jdbc;
    private final CountedObjects objects;
    private final Holders holders;

    BlobReport(JdbcTemplate jdbc, CountedObjects objects, Holders holders) {
        this.jdbc = jdbc;
        this.objects = objects;
        this.holders = holders;
    }

    /**
     * @param readable the repositories that may be named; a blob that is in none of them is as one that is not there
     * @throws RegistryException BLOB_UNKNOWN
     */
    public BlobSavings get(Digest digest, ReadableRepositories readable) {
        CountedObject object = jdbc.queryForList("select id from blob where digest = ?", Long.class, (Object) digest.bytes()).stream()
                .map(CountedObject::ofBlob)
                .flatMap(id -> objects.find(List.of(id)).values().stream())
                .findFirst()
                .filter(found -> readable.areAll() || !names(found.id(), readable).isEmpty())
                .orElseThrow(() -> new RegistryException(
                        Problem.BLOB_UNKNOWN, "the registry has no such blob", Map.of("digest", digest.toString())));
        long inRepositories = object.size() * (object.images() - object.repositories());
        long betweenRepositories = object.size() * Math.max(0, object.repositories() - 1);
        return new BlobSavings(
                digest,
                object.size(),
                object.images(),
                object.repositories(),
                object.images() > 0,
                object.links(),
                new BlobSavings.Saved(inRepositories + betweenRepositories, inRepositories, betweenRepositories),
                object.images() > 0 ? names(object.id(), readable) : List.of());
    }

    private List<BlobSavings.Name> names(long objectId, ReadableRepositories readable) {
        return holders.names(objectId, MOST_NAMES, readable).stream()
                .map(RepositoryName::of)
                .map(BlobSavings.Name::new)
                .toList();
    }
}
