package dev.strata.registry;

import dev.strata.oci.RepositoryName;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

interface RepositoryTable extends Repository<RepositoryRow, Long> {

    @Query("select r.id from RepositoryRow r where r.name = :name")
    Optional<Long> findId(RepositoryName name);

    @Query("select r from RepositoryRow r where r.name > :last order by r.name")
    List<RepositoryRow> listAfter(RepositoryName last, Limit limit);

    @Query("select r from RepositoryRow r order by r.name")
    List<RepositoryRow> list(Limit limit);
}
