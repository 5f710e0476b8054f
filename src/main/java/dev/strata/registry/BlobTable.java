package dev.strata.registry;

import dev.strata.oci.Digest;
import dev.strata.storage.StoredBlob;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

interface BlobTable extends Repository<BlobRow, Long> {

    @Query("select new dev.strata.storage.StoredBlob(b.digest, b.size, b.location) from BlobRow b where b.digest = :digest")
    Optional<StoredBlob> findAnywhere(Digest digest);

    @Query("select count(l) > 0 from BlobLinkRow l join BlobRow b on b.id = l.key.blobId where b.digest = :digest")
    boolean isLinkedAnywhere(Digest digest);

    @Query("""
            select new dev.strata.registry.KnownBlob(b.digest, b.size)
            from BlobRow b join BlobLinkRow l on l.key.blobId = b.id
            where l.key.repositoryId = :repositoryId and b.digest in :digests""")
    List<KnownBlob> findAll(long repositoryId, Collection<Digest> digests);

    @Query("select b.id from BlobRow b where b.digest = :digest")
    Optional<Long> findId(Digest digest);

    @Modifying
    @Query(
            nativeQuery = true,
            value = "insert into blob (digest, size, location, stored_at) values (:digest, :size, :location, :now)"
                    + " on conflict do nothing")
    int insertIfAbsent(byte[] digest, long size, String location, Instant now);

    @Modifying
    @Query(
            nativeQuery = true,
            value = "insert into blob_link (repository_id, blob_id, linked_at) values (:repositoryId, :blobId, :now)"
                    + " on conflict do nothing")
    int linkIfAbsent(long repositoryId, long blobId, Instant now);

    /** Takes the row's lock, so that no deletion comes between this and the commit. */
    @Modifying
    @Query("""
            update BlobLinkRow l set l.linkedAt = l.linkedAt
            where l.key.repositoryId = :repositoryId and l.key.blobId = :blobId""")
    int lockLink(long repositoryId, long blobId);

    @Modifying
    @Query("delete from BlobLinkRow l where l.key.repositoryId = :repositoryId and l.key.blobId = :blobId")
    int unlink(long repositoryId, long blobId);
}
