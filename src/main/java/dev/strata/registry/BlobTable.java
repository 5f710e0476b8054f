package dev.strata.registry;

import dev.strata.oci.Digest;
import dev.strata.storage.StoredBlob;
import java.util.Optional;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

interface BlobTable extends Repository<BlobRow, Long> {

    /** A blob that some repository has. */
    @Query("""
            select new dev.strata.storage.StoredBlob(b.digest, b.size, b.location)
            from BlobRow b
            where b.digest = :digest and exists (select 1 from BlobLinkRow l where l.key.blobId = b.id)""")
    Optional<StoredBlob> findLinkedAnywhere(Digest digest);

    @Query("select b from BlobRow b where b.digest = :digest")
    Optional<BlobRow> find(Digest digest);
}
