package dev.strata.registry;

import dev.strata.oci.RepositoryName;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** The statements on repositories. */
@Component
class RepositoryTable {

    private static final String ID = "select id from repository where name = ?";
    private static final String LOCK = ID + " for update";

    /** Comes after every character of a name. */
    private static final String BEHIND_ALL_NAMES = "~";

    private final Rows rows;

    RepositoryTable(Rows rows) {
        this.rows = rows;
    }

    Optional<Long> findId(RepositoryName name) {
        return rows.findId(ID, name.value());
    }

    /** Takes the repository's lock, under which all changes are made of what it has; empty where there is none. */
    Optional<Long> lock(RepositoryName name) {
        return rows.findId(LOCK, name.value());
    }

    /** The same. A repository comes into being with the first content that is linked to it. */
    long lockOrCreate(RepositoryName name) {
        return rows.findOrInsert(
                        LOCK, name.value(), "insert into repository (name) values (?) on conflict do nothing", name.value())
                .id();
    }

    Optional<RepositoryName> name(long id) {
        return rows.find(row -> RepositoryName.of(row.getString(1)), "select name from repository where id = ?", id);
    }

    Optional<TagRevision> tagRevision(RepositoryName name) {
        return rows.find(
                row -> new TagRevision(row.getLong(1), row.getLong(2)),
                "select id, tag_revision from repository where name = ?",
                name.value());
    }

    /** The set of the repository's tags is another one. */
    void countTagChange(long id) {
        rows.change("update repository set tag_revision = tag_revision + 1 where id = ?", id);
    }

    /** How many blobs were deleted from the repository. */
    Optional<Long> blobDeletions(long id) {
        return rows.findId("select blob_deletions from repository where id = ?", id);
    }

    void countBlobDeletion(long id) {
        rows.change("update repository set blob_deletions = blob_deletions + 1 where id = ?", id);
    }

    List<RepositoryName> list(int limit) {
        return rows.list(
                row -> RepositoryName.of(row.getString(1)),
                "select name from repository order by name fetch first ? rows only",
                limit);
    }

    /** Those of the names that there are, in lexical order. */
    List<RepositoryName> present(List<String> names) {
        return rows
                .listIn(
                        row -> RepositoryName.of(row.getString(1)),
                        "select name from repository where name in ",
                        List.of(),
                        names)
                .stream()
                .sorted()
                .toList();
    }

    /** Those that begin in a way, in lexical order. */
    List<RepositoryName> listUnder(String start, String last, int limit) {
        return rows.list(
                row -> RepositoryName.of(row.getString(1)),
                "select name from repository where name >= ? and name > ? and name < ?"
                        + " order by name fetch first ? rows only",
                start,
                last,
                start + BEHIND_ALL_NAMES,
                limit);
    }

    List<RepositoryName> listAfter(RepositoryName last, int limit) {
        return rows.list(
                row -> RepositoryName.of(row.getString(1)),
                "select name from repository where name > ? order by name fetch first ? rows only",
                last.value(),
                limit);
    }
}
