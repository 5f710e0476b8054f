package dev.strata.savings.books;

import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.RegistryException;
import dev.strata.registry.manifests.Manifests;
import dev.strata.savings.counted.CountedImage;
import dev.strata.savings.counted.Form;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** What the registry has now, for what is compared with the books. */
@Component
class RegistryTruth {

    private final JdbcTemplate jdbc;
    private final Manifests manifests;

    RegistryTruth(JdbcTemplate jdbc, Manifests manifests) {
        this.jdbc = jdbc;
        this.manifests = manifests;
    }

    OptionalLong sizeOfBlob(long blobId) {
        return first("select size from blob where id = ?", blobId);
    }

    OptionalLong sizeOfManifest(long manifestId) {
        return first("select size from manifest where id = ?", manifestId);
    }

    private OptionalLong first(String query, Object... parameters) {
        List<Long> found = jdbc.queryForList(query, Long.class, parameters);
        return found.isEmpty() ? OptionalLong.empty() : OptionalLong.of(found.getFirst());
    }

    boolean isBlobLinked(long repositoryId, long blobId) {
        return first("select blob_id from blob_link where repository_id = ? and blob_id = ?", repositoryId, blobId)
                .isPresent();
    }

    boolean isManifestLinked(CountedImage.Key key) {
        return first(
                        "select manifest_id from manifest_link where repository_id = ? and manifest_id = ?",
                        key.repositoryId(),
                        key.manifestId())
                .isPresent();
    }

    /**
     * A manifest that the registry has.
     *
     * @param tags how many it has, without those changes that are noted and not folded yet
     */
    record Manifest(Form form, int tags) {}

    private record Named(RepositoryName repository, Digest digest) {}

    /**
     * What there is of a manifest; empty where the repository does not have it. It is read for that, which may wait for
     * memory, and has very many tags: so this is not for a transaction that writes. What is noted meanwhile makes no
     * difference, as long as nothing is folded.
     */
    Optional<Manifest> manifest(CountedImage.Key key) {
        return form(key).map(form -> new Manifest(form, countTags(key)));
    }

    private Optional<Form> form(CountedImage.Key key) {
        List<Named> found = jdbc.query(
                "select r.name, m.digest from manifest_link l join repository r on r.id = l.repository_id"
                        + " join manifest m on m.id = l.manifest_id where l.repository_id = ? and l.manifest_id = ?",
                (row, number) -> new Named(RepositoryName.of(row.getString(1)), Digest.ofBytes(row.getBytes(2))),
                key.repositoryId(),
                key.manifestId());
        return found.stream().findFirst().flatMap(this::form);
    }

    private Optional<Form> form(Named manifest) {
        try {
            return Optional.of(Form.of(manifests.read(manifests.get(manifest.repository(), manifest.digest()))));
        } catch (RegistryException e) {
            return switch (e.problem()) {
                case MANIFEST_UNKNOWN, NAME_UNKNOWN -> Optional.empty(); // deleted meanwhile
                case CONTENDED -> throw new TransientDataAccessResourceException("There is no memory to read it", e);
                default -> throw e;
            };
        }
    }

    private int countTags(CountedImage.Key key) {
        String noted = "(select count(*) from savings_change c where c.repository_id = ? and c.kind = ";
        Integer count = jdbc.queryForObject(
                "select (select count(*) from tag t where t.repository_id = ? and t.manifest_id = ?)"
                        + " - " + noted + "'T' and c.subject_id = ?)"
                        + " + " + noted + "'T' and c.earlier_id = ?)"
                        + " + " + noted + "'t' and c.subject_id = ?)",
                Integer.class,
                key.repositoryId(),
                key.manifestId(),
                key.repositoryId(),
                key.manifestId(),
                key.repositoryId(),
                key.manifestId(),
                key.repositoryId(),
                key.manifestId());
        return count == null ? 0 : Math.max(0, count);
    }
}
