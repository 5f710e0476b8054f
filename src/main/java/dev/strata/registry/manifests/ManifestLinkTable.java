package dev.strata.registry.manifests;

import dev.strata.database.columns.ColumnTime;
import dev.strata.oci.Descriptor;
import dev.strata.oci.Digest;
import dev.strata.oci.Manifest;
import dev.strata.oci.MediaType;
import dev.strata.registry.Rows;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** The statements on which repository has which manifest, and how: for a build alone, or to stay. */
@Component
public class ManifestLinkTable {

    private final Rows rows;
    private final ManifestTable manifests;

    ManifestLinkTable(Rows rows, ManifestTable manifests) {
        this.rows = rows;
        this.manifests = manifests;
    }

    /**
     * Says whether it was not linked before.
     *
     * @param owner for whom alone it is there, as a temporary image
     */
    public boolean link(long repositoryId, long manifestId, Manifest manifest, Optional<String> owner, Instant now) {
        return rows.change(
                "insert into manifest_link"
                        + " (repository_id, manifest_id, media_type, artifact_type, subject, pushed_at, touched_at, temporary_for)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
                repositoryId,
                manifestId,
                manifest.mediaType().value(),
                // The index of a build cache says only in what it lists that it is one.
                manifest.artifactType()
                        .or(() -> manifest.cacheConfig().map(Descriptor::mediaType))
                        .map(MediaType::value)
                        .orElse(null),
                manifest.subject().map(Digest::bytes).orElse(null),
                ColumnTime.at(now),
                ColumnTime.at(now),
                owner.orElse(null));
    }

    /** Takes the lock of a link, so that no deletion comes between this and the commit, and says whether it is there. */
    public boolean lock(long repositoryId, long manifestId) {
        return rows.findId(
                        "select manifest_id from manifest_link where repository_id = ? and manifest_id = ? for update",
                        repositoryId,
                        manifestId)
                .isPresent();
    }

    /**
     * Gives a link the type under which the manifest was pushed last, and says whether it is there. One that is a temporary
     * image of somebody else is not taken for there.
     */
    public boolean relink(long repositoryId, long manifestId, MediaType mediaType, Optional<String> owner, Instant now) {
        return rows.change(
                "update manifest_link set media_type = ?, touched_at = greatest(touched_at, ?)"
                        + " where repository_id = ? and manifest_id = ?"
                        + " and (temporary_for is null or temporary_for = ?)",
                mediaType.value(),
                ColumnTime.at(now),
                repositoryId,
                manifestId,
                owner.orElse(""));
    }

    /** The same for one that is there to stay from now on, whosever temporary image it was. */
    public boolean settle(long repositoryId, long manifestId, MediaType mediaType, Instant now) {
        return rows.change(
                "update manifest_link set media_type = ?, temporary_for = null, touched_at = greatest(touched_at, ?)"
                        + " where repository_id = ? and manifest_id = ?",
                mediaType.value(),
                ColumnTime.at(now),
                repositoryId,
                manifestId);
    }

    /** Notes that somebody pushed a manifest, or took a tag from it, and says whether it is there. The link is locked. */
    public boolean touch(long repositoryId, long manifestId, Instant now) {
        return rows.change(
                "update manifest_link set touched_at = greatest(touched_at, ?) where repository_id = ? and manifest_id = ?",
                ColumnTime.at(now),
                repositoryId,
                manifestId);
    }

    /** Whether a manifest is as it was at a moment: nobody pushed it since then, or took a tag from it. */
    public boolean isUntouchedSince(long repositoryId, long manifestId, Instant then) {
        return rows.findId(
                        "select manifest_id from manifest_link where repository_id = ? and manifest_id = ?"
                                + " and touched_at <= ?",
                        repositoryId,
                        manifestId,
                        ColumnTime.at(then))
                .isPresent();
    }

    /** Whether a manifest is a temporary image: of this owner, or one that was pushed before some moment. */
    public boolean isTemporary(long repositoryId, long manifestId, String owner, Instant before) {
        return rows.findId(
                        "select manifest_id from manifest_link where repository_id = ? and manifest_id = ?"
                                + " and temporary_for is not null and (temporary_for = ? or pushed_at < ?)",
                        repositoryId,
                        manifestId,
                        owner,
                        ColumnTime.at(before))
                .isPresent();
    }

    /** Whether a manifest is anybody's temporary image. */
    public boolean isTemporary(long repositoryId, long manifestId) {
        return rows.findId(
                        "select manifest_id from manifest_link where repository_id = ? and manifest_id = ?"
                                + " and temporary_for is not null",
                        repositoryId,
                        manifestId)
                .isPresent();
    }

    /** Whether any repository has a manifest. */
    boolean isLinked(long manifestId) {
        return rows.findId("select repository_id from manifest_link where manifest_id = ? fetch first row only", manifestId)
                .isPresent();
    }

    /** What a manifest of a repository is about. */
    public Optional<Digest> subject(long repositoryId, long manifestId) {
        return rows.find(
                row -> Digest.ofBytes(row.getBytes(1)),
                "select subject from manifest_link where repository_id = ? and manifest_id = ? and subject is not null",
                repositoryId,
                manifestId);
    }

    /** What kind of artifact a manifest of a repository is, as it said itself; of an index, whether it is a build cache. */
    public Optional<MediaType> artifactType(long repositoryId, long manifestId) {
        return rows.find(
                row -> MediaType.of(row.getString(1)),
                "select artifact_type from manifest_link"
                        + " where repository_id = ? and manifest_id = ? and artifact_type is not null",
                repositoryId,
                manifestId);
    }

    public void unlink(long repositoryId, long manifestId) {
        rows.change("delete from manifest_link where repository_id = ? and manifest_id = ?", repositoryId, manifestId);
    }

    /** Whether a repository has a manifest. */
    boolean isLinked(long repositoryId, long manifestId) {
        return rows.findId(
                        "select manifest_id from manifest_link where repository_id = ? and manifest_id = ?",
                        repositoryId,
                        manifestId)
                .isPresent();
    }

    public boolean isLinked(long repositoryId, Digest digest) {
        return manifests.findId(digest).filter(id -> isLinked(repositoryId, id)).isPresent();
    }

    /** Whether a repository has a manifest whose digest of 64 bytes begins with these 32. */
    public boolean isLinkedByHalf(long repositoryId, byte[] half) {
        byte[] last = Arrays.copyOf(half, 2 * half.length);
        Arrays.fill(last, half.length, last.length, (byte) -1);
        return rows
                .list(
                        row -> row.getBytes(1),
                        "select digest from manifest where digest > ? and digest <= ? order by digest fetch first 10 rows only",
                        half,
                        last)
                .stream()
                .filter(digest -> digest.length == last.length)
                .anyMatch(digest -> isLinked(repositoryId, Digest.ofBytes(digest)));
    }
}
