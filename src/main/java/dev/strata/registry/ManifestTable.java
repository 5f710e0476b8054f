package dev.strata.registry;

import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import java.util.Collection;
import java.util.List;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

interface ManifestTable extends Repository<ManifestRow, Long> {

    @Query("select c.content from ManifestContentRow c where c.manifestId = :id")
    byte[] content(long id);

    @Query("""
            select new dev.strata.registry.LinkedManifest(m.id, m.digest, l.mediaType)
            from ManifestLinkRow l join ManifestRow m on m.id = l.key.manifestId
            where l.key.repositoryId = :repositoryId and l.subject = :subject and l.key.manifestId > :after
            order by l.key.repositoryId, l.subject, l.key.manifestId""")
    List<LinkedManifest> referrers(long repositoryId, Digest subject, long after, Limit limit);

    @Query("""
            select new dev.strata.registry.LinkedManifest(m.id, m.digest, l.mediaType)
            from ManifestLinkRow l join ManifestRow m on m.id = l.key.manifestId
            where l.key.repositoryId = :repositoryId and l.subject = :subject and l.key.manifestId > :after
              and l.artifactType = :artifactType
            order by l.key.repositoryId, l.subject, l.key.manifestId""")
    List<LinkedManifest> referrers(
            long repositoryId, Digest subject, MediaType artifactType, long after, Limit limit);

    @Query("""
            select new dev.strata.registry.KnownManifest(m.digest, l.subject)
            from ManifestLinkRow l join ManifestRow m on m.id = l.key.manifestId
            where l.key.repositoryId = :repositoryId and m.digest in :digests""")
    List<KnownManifest> findAll(long repositoryId, Collection<Digest> digests);
}
