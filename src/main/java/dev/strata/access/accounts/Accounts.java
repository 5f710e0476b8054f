package dev.strata.access.accounts;

import dev.strata.database.entities.EntityTransaction;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;

/** The accounts that are kept in the database. Their names and groups are words: no spaces, no control characters. */
@Component
@EntityTransaction
public class Accounts {

    /** No colon, which ends a user's name in Basic authentication (RFC 7617, section 2). */
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N}._@+-]{0,127}");

    private static final int MOST_GROUPS = 100;

    private final AccountRows rows;
    private final Clock clock;

    Accounts(AccountRows rows, Clock clock) {
        this.rows = rows;
        this.clock = clock;
    }

    /** What is kept of an account to check its password with. */
    record Kept(Account account, String hash) {}

    @EntityTransaction(readOnly = true)
    public Optional<Account> find(String name) {
        return rows.findByName(name).map(AccountRow::account);
    }

    @EntityTransaction(readOnly = true)
    Optional<Kept> kept(String name) {
        return rows.findByName(name).map(row -> new Kept(row.account(), row.password()));
    }

    /** The accounts in the order of their names, from behind one. */
    @EntityTransaction(readOnly = true)
    public List<Account> list(String after, int limit) {
        List<String> names = rows.namesAfter(after, Limit.of(limit));
        return names.isEmpty()
                ? List.of()
                : rows.between(names.getFirst(), names.getLast()).stream()
                        .map(AccountRow::account)
                        .limit(limit) // one can have come between
                        .toList();
    }

    /**
     * Makes an account.
     *
     * @param hash of its password, by bcrypt
     * @throws RegistryException with ACCOUNT_INVALID, and ACCOUNT_EXISTS where the name is taken
     */
    public Account create(String name, String hash, boolean isAdministrator, Set<String> groups) {
        requireName(name, "name");
        requireGroups(groups);
        if (rows.findByName(name).isPresent()) {
            throw exists(name, null);
        }
        try {
            return rows.saveAndFlush(new AccountRow(name, hash, isAdministrator, groups, now()))
                    .account();
        } catch (DataIntegrityViolationException e) {
            throw exists(name, e);
        }
    }

    /** Makes an account for whoever sets a registry up, unless there is any; says whether it did. */
    boolean createFirst(String name, String hash) {
        if (rows.count() > 0) {
            return false;
        }
        rows.save(new AccountRow(name, hash, true, Set.of(), now()));
        return true;
    }

    /**
     * Changes what is given.
     *
     * @throws RegistryException with ACCOUNT_UNKNOWN, ACCOUNT_INVALID, and LAST_ADMINISTRATOR
     */
    public Account change(String name, Optional<String> hash, Optional<Boolean> isAdministrator, Optional<Set<String>> groups) {
        AccountRow row = require(name);
        groups.ifPresent(Accounts::requireGroups);
        if (!isAdministrator.orElse(true)) {
            requireAnotherAdministrator(row, name);
        }
        hash.ifPresent(row::setPassword);
        isAdministrator.ifPresent(row::setAdministrator);
        groups.ifPresent(row::setGroups);
        return row.account();
    }

    /** @throws RegistryException with ACCOUNT_UNKNOWN and LAST_ADMINISTRATOR */
    public void delete(String name) {
        AccountRow row = require(name);
        requireAnotherAdministrator(row, name);
        rows.delete(row);
    }

    /** As fine as both databases keep it. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private AccountRow require(String name) {
        return rows.findByName(name)
                .orElseThrow(() -> new RegistryException(
                        Problem.ACCOUNT_UNKNOWN, "there is no such account", Map.of("account", name)));
    }

    private void requireAnotherAdministrator(AccountRow row, String name) {
        if (row.isAdministrator() && !rows.existsByAdministratorTrueAndNameNot(name)) {
            throw new RegistryException(
                    Problem.LAST_ADMINISTRATOR, "nobody else could administer this registry", Map.of("account", name));
        }
    }

    private static void requireGroups(Set<String> groups) {
        if (groups.size() > MOST_GROUPS) {
            throw new RegistryException(
                    Problem.ACCOUNT_INVALID, "an account has " + MOST_GROUPS + " groups at the most", Map.of());
        }
        groups.forEach(group -> requireName(group, "groups"));
    }

    public static void requireName(String name, String field) {
        if (!NAME.matcher(name).matches()) {
            throw new RegistryException(
                    Problem.ACCOUNT_INVALID,
                    field + " has letters, digits and . _ @ + - only, 128 at the most, and begins with a letter or digit",
                    Map.of("field", field));
        }
    }

    private static RegistryException exists(String name, @Nullable Throwable cause) {
        return new RegistryException(
                Problem.ACCOUNT_EXISTS, "there is an account of this name", Map.of("account", name), cause);
    }
}
