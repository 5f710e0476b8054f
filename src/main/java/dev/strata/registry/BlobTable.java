package dev.strata.registry;

import dev.strata.oci.Digest;
import dev.strata.storage.StoredBlob;
import java.util.Optional;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

interface BlobTable extends Repository<BlobRow, Long> {

    @Query("select new dev.strata.storage.StoredBlob(b.digest, b.size, b.location) from BlobRow b where b.digest = :digest")
    Optional<StoredBlob> findAnywhere(Digest digest);

    @Query("select count(l) > 0 from BlobLinkRow l join BlobRow b on b.id = l.key.blobId where b.digest = :digest")
    boolean isLinkedAnywhere(Digest digest);

    @Query("select b from BlobRow b where b.digest = :digest")
    Optional<BlobRow> find(Digest digest);
}
