package dev.strata.registry;

import dev.strata.oci.Digest;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

interface ManifestTable extends Repository<ManifestRow, Long> {

    @Query("select m.size from ManifestRow m where m.id = :id")
    Optional<Integer> size(long id);

    @Query("select c.content from ManifestContentRow c where c.manifestId = :id")
    byte[] content(long id);

    @Query("""
            select new dev.strata.registry.LinkedManifest(l.key.manifestId, (
              select m.digest from ManifestRow m where m.id = l.key.manifestId), l.mediaType)
            from ManifestLinkRow l
            where l.key.repositoryId = :repositoryId and l.subject = :subject and l.key.manifestId > :after
            order by l.subject, l.key.repositoryId, l.key.manifestId""")
    List<LinkedManifest> referrers(long repositoryId, Digest subject, long after, Limit limit);

    /** Those of one type. Types are compared without regard to their case, as elsewhere. */
    @Query("""
            select new dev.strata.registry.LinkedManifest(l.key.manifestId, (
              select m.digest from ManifestRow m where m.id = l.key.manifestId), l.mediaType)
            from ManifestLinkRow l
            where l.key.repositoryId = :repositoryId and l.subject = :subject and l.key.manifestId > :after
              and lower(cast(l.artifactType as string)) = lower(:artifactType)
            order by l.subject, l.key.repositoryId, l.key.manifestId""")
    List<LinkedManifest> referrers(
            long repositoryId, Digest subject, String artifactType, long after, Limit limit);

    /** Those of the manifests that the repository has and that are about something else. */
    @Query("""
            select m from ManifestRow m
            where m.digest in :digests and exists (
              select 1 from ManifestLinkRow l
              where l.key.repositoryId = :repositoryId and l.key.manifestId = m.id
                and (l.subject is null or l.subject <> :subject))""")
    List<ManifestRow> findOthers(long repositoryId, Digest subject, Collection<Digest> digests);
}
