package dev.strata.access.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.testing.RegistryTest;
import jakarta.persistence.EntityManagerFactory;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.hibernate.SessionFactory;
import org.hibernate.stat.Statistics;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

@RegistryTest
@TestPropertySource(properties = "strata.access.login=true") // it does not start with accounts otherwise
class AccountsTest {

    @Autowired
    Accounts accounts;

    @Autowired
    EntityManagerFactory entities;

    @BeforeEach
    void createAdministrator() {
        accounts.createFirst("keeper", "hash");
    }

    @Test
    void anAccountIsMadeChangedAndDeleted() {
        Account made = accounts.create("ann", "one", false, Set.of("web", "ops"));
        assertThat(accounts.find("ann")).contains(made);
        assertThat(made.groups()).containsExactlyInAnyOrder("web", "ops");

        Account changed = accounts.change("ann", Optional.of("two"), Optional.empty(), Optional.of(Set.of("web")));
        assertThat(changed.groups()).containsExactly("web");
        assertThat(accounts.find("ann").orElseThrow().version()).isNotEqualTo(made.version());
        assertThat(accounts.kept("ann").orElseThrow().hash()).isEqualTo("two");

        accounts.delete("ann");
        assertThat(accounts.find("ann")).isEmpty();
        assertThat(accounts.create("ann", "one", false, Set.of()).version()).isNotEqualTo(made.version());
        accounts.delete("ann");
    }

    @Test
    void accountsAreListedByNameInPages() {
        for (String name : new String[] {"page-c", "page-a", "page-b"}) {
            accounts.create(name, "hash", false, Set.of());
        }
        assertThat(accounts.list("page-", 2)).extracting(Account::name).containsExactly("page-a", "page-b");
        assertThat(accounts.list("page-b", 1)).extracting(Account::name).containsExactly("page-c");
    }

    @Test
    void aPageTakesTwoStatementsHoweverManyAccountsItHas() {
        for (int i = 10; i < 40; i++) {
            accounts.create("many-" + i, "hash", false, Set.of("group-" + i, "all"));
        }
        Statistics statistics = entities.unwrap(SessionFactory.class).getStatistics();
        statistics.setStatisticsEnabled(true);
        await("a moment at which the registry asks nothing by itself").untilAsserted(() -> {
            statistics.clear();
            assertThat(accounts.list("many-", 25))
                    .hasSize(25)
                    .allSatisfy(account -> assertThat(account.groups())
                            .containsExactlyInAnyOrder("all", account.name().replace("many", "group")));
            assertThat(statistics.getPrepareStatementCount()).isEqualTo(2);
            statistics.clear();
            assertThat(accounts.find("many-10")).isPresent();
            assertThat(statistics.getPrepareStatementCount()).isEqualTo(1);
        });
        statistics.setStatisticsEnabled(false);
    }

    @Test
    void aNameIsTakenOnce() {
        accounts.create("twice", "hash", false, Set.of());
        assertProblem(Problem.ACCOUNT_EXISTS, () -> accounts.create("twice", "hash", false, Set.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a:b", "a b", "-a", "a\nb", "a\u0000", "../a"})
    void aNameIsAWord(String name) {
        assertProblem(Problem.ACCOUNT_INVALID, () -> accounts.create(name, "hash", false, Set.of()));
        assertProblem(Problem.ACCOUNT_INVALID, () -> accounts.create("b", "hash", false, Set.of(name)));
    }

    @Test
    void anAdministratorIsLeft() {
        assertProblem(Problem.LAST_ADMINISTRATOR, () -> accounts.delete("keeper"));
        assertProblem(
                Problem.LAST_ADMINISTRATOR,
                () -> accounts.change("keeper", Optional.empty(), Optional.of(false), Optional.empty()));
        accounts.create("second", "hash", true, Set.of());
        accounts.delete("second");
        assertThat(accounts.createFirst("another", "hash")).isFalse();
    }

    private static void assertProblem(Problem problem, ThrowingCallable call) {
        assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(call)
                .extracting(RegistryException::problem)
                .isEqualTo(problem);
    }
}
