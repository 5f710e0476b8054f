package dev.strata.access.accounts;

import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

interface AccountRows extends Repository<AccountRow, Long> {

    AccountRow save(AccountRow account);

    /** Fails here, and not at the commit, where the name is taken. */
    AccountRow saveAndFlush(AccountRow account);

    @Query("select account from AccountRow account left join fetch account.groups where account.name = :name")
    Optional<AccountRow> findByName(String name);

    @Query("select account.name from AccountRow account where account.name > :after order by account.name")
    List<String> namesAfter(String after, Limit limit);

    /** With their groups, in one statement. */
    @Query("select account from AccountRow account left join fetch account.groups"
            + " where account.name between :first and :last order by account.name")
    List<AccountRow> between(String first, String last);

    boolean existsByAdministratorTrueAndNameNot(String name);

    long count();

    void delete(AccountRow account);
}
