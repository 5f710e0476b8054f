package dev.strata.registry;

import dev.strata.oci.RepositoryName;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

interface RepositoryTable extends Repository<RepositoryRow, Long> {

    @Query("select r.id from RepositoryRow r where r.name = :name")
    Optional<Long> findId(RepositoryName name);

    @Query("select r from RepositoryRow r where r.name > :last order by r.name")
    List<RepositoryRow> listAfter(RepositoryName last, Limit limit);

    @Query("select r from RepositoryRow r order by r.name")
    List<RepositoryRow> list(Limit limit);

    @Modifying
    @Query(nativeQuery = true, value = "insert into repository (name) values (:name) on conflict do nothing")
    int insertIfAbsent(String name);

    @Modifying
    @Query("update RepositoryRow r set r.tagRevision = r.tagRevision + 1 where r.id = :id")
    void countTagChange(long id);

    /** The repository's id; it comes into being with the first content that is linked to it. */
    default long findOrCreate(RepositoryName name) {
        Optional<Long> found = findId(name);
        if (found.isPresent()) {
            return found.get();
        }
        insertIfAbsent(name.value());
        return findId(name).orElseThrow();
    }
}
