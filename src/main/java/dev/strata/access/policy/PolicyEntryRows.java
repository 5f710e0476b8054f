package dev.strata.access.policy;

import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.NativeQuery;
import org.springframework.data.repository.Repository;

interface PolicyEntryRows extends Repository<PolicyEntryRow, Long> {

    PolicyEntryRow save(PolicyEntryRow entry);

    Optional<PolicyEntryRow> findByIdAndKind(long id, String kind);

    List<PolicyEntryRow> findByKindAndIdGreaterThanOrderById(String kind, long after, Limit limit);

    void delete(PolicyEntryRow entry);

    long count();

    long countByKind(String kind);

    /** Holds the row until the transaction ends: changes come one after the other. */
    @Modifying
    @NativeQuery("update policy_revision set revision = revision + 1 where id = 1")
    void countChange();
}
