package dev.strata.registry;

import java.util.List;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

interface TagTable extends Repository<TagRow, TagRow.Key> {

    @Query("""
            select t.key.name from TagRow t
            where t.key.repositoryId = :repositoryId and t.key.name > :last
            order by t.key.repositoryId, t.key.name""")
    List<String> namesAfter(long repositoryId, String last, Limit limit);
}
