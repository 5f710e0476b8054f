package dev.strata.registry.repositories;

import dev.strata.oci.RepositoryName;
import dev.strata.registry.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** The statements on repositories. */
@Component
public class RepositoryTable {

    private static final String ID = "select id from repository where name = ?";
    private static final String LOCK = ID + " for update";

    /** Comes after every character of a name. */
    private static final String BEHIND_ALL_NAMES = "~";

    private final Rows rows;

    RepositoryTable(Rows rows) {
        this.rows = rows;
    }

    public Optional<Long> findId(RepositoryName name) {
        return rows.findId(ID, name.value());
    }

    /** Takes the repository's lock, under which all changes are made of what it has; empty where there is none. */
    public Optional<Long> lock(RepositoryName name) {
        return rows.findId(LOCK, name.value());
    }

    /** The same by its id; says whether it is there. */
    boolean lock(long id) {
        return rows.findId("select id from repository where id = ? for update", id).isPresent();
    }

    /** Takes the lock. A repository comes into being with the first content that is linked to it, and is listed from then on. */
    public long lockOrCreate(RepositoryName name) {
        Optional<Locked> there = rows.find(
                row -> new Locked(row.getLong(1), row.getBoolean(2)),
                "select id, hidden from repository where name = ? for update",
                name.value());
        if (there.isEmpty()) {
            return rows.findOrInsert(
                            LOCK,
                            name.value(),
                            "insert into repository (name) values (?) on conflict do nothing",
                            name.value())
                    .id();
        }
        if (there.get().isHidden()) {
            rows.change("update repository set hidden = false where id = ?", there.get().id());
        }
        return there.get().id();
    }

    private record Locked(long id, boolean isHidden) {}

    /** It is not listed until something is linked to it. */
    void hide(long id) {
        rows.change("update repository set hidden = true where id = ? and not hidden", id);
    }

    boolean hasManifest(long id) {
        return rows.findId("select repository_id from manifest_link where repository_id = ? fetch first row only", id)
                .isPresent();
    }

    boolean hasBlob(long id) {
        return rows.findId("select repository_id from blob_link where repository_id = ? fetch first row only", id)
                .isPresent();
    }

    /** Deletes a repository that is locked and has nothing. */
    void delete(long id) {
        rows.change("delete from repository where id = ?", id);
    }

    public Optional<RepositoryName> name(long id) {
        return rows.find(row -> RepositoryName.of(row.getString(1)), "select name from repository where id = ?", id);
    }

    public Optional<TagRevision> tagRevision(RepositoryName name) {
        return rows.find(
                row -> new TagRevision(row.getLong(1), row.getLong(2)),
                "select id, tag_revision from repository where name = ?",
                name.value());
    }

    /** The set of the repository's tags is another one. */
    public void countTagChange(long id) {
        rows.change("update repository set tag_revision = tag_revision + 1 where id = ?", id);
    }

    /** How many blobs were deleted from the repository. */
    public Optional<Long> blobDeletions(long id) {
        return rows.findId("select blob_deletions from repository where id = ?", id);
    }

    public void countBlobDeletion(long id) {
        rows.change("update repository set blob_deletions = blob_deletions + 1 where id = ?", id);
    }

    /** A repository as the catalog sees it. */
    record Place(RepositoryName name, boolean isHidden) {}

    /** Those of the names that there are, in lexical order. */
    List<Place> present(List<String> names) {
        return rows
                .listIn(RepositoryTable::readPlace, "select name, hidden from repository where name in ", List.of(), names)
                .stream()
                .sorted(Comparator.comparing(place -> place.name().value()))
                .toList();
    }

    /** Those that begin in a way, in lexical order. */
    List<Place> listUnder(String start, String last, int limit) {
        return rows.list(
                RepositoryTable::readPlace,
                "select name, hidden from repository where name >= ? and name > ? and name < ?"
                        + " order by name fetch first ? rows only",
                start,
                last,
                start + BEHIND_ALL_NAMES,
                limit);
    }

    private static Place readPlace(ResultSet row) throws SQLException {
        return new Place(RepositoryName.of(row.getString(1)), row.getBoolean(2));
    }
}
