package dev.strata.access.accounts;

import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.repository.Repository;

interface AccountRows extends Repository<AccountRow, Long> {

    AccountRow save(AccountRow account);

    /** Fails here, and not at the commit, where the name is taken. */
    AccountRow saveAndFlush(AccountRow account);

    Optional<AccountRow> findByName(String name);

    List<AccountRow> findByNameGreaterThanOrderByName(String name, Limit limit);

    boolean existsByAdministratorTrueAndNameNot(String name);

    long count();

    void delete(AccountRow account);
}
