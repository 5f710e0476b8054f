package dev.strata.registry;

import java.time.Instant;
import java.util.List;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

interface TagTable extends Repository<TagRow, TagRow.Key> {

    @Query("""
            select t.key.name from TagRow t
            where t.key.repositoryId = :repositoryId and t.key.name > :last
            order by t.key.repositoryId, t.key.name""")
    List<String> namesAfter(long repositoryId, String last, Limit limit);

    @Modifying
    @Query(
            nativeQuery = true,
            value = "insert into tag (repository_id, name, manifest_id, updated_at)"
                    + " values (:repositoryId, :name, :manifestId, :now) on conflict do nothing")
    int insertIfAbsent(long repositoryId, String name, long manifestId, Instant now);

    @Modifying
    @Query("""
            update TagRow t set t.manifestId = :manifestId, t.updatedAt = :now
            where t.key.repositoryId = :repositoryId and t.key.name = :name""")
    int move(long repositoryId, String name, long manifestId, Instant now);

    @Modifying
    @Query("delete from TagRow t where t.key.repositoryId = :repositoryId and t.key.name = :name")
    int delete(long repositoryId, String name);

    @Modifying
    @Query("delete from TagRow t where t.key.repositoryId = :repositoryId and t.manifestId = :manifestId")
    int deleteAllOf(long repositoryId, long manifestId);
}
