package dev.strata.access.people;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.access.callers.Caller;
import dev.strata.access.callers.Proven;
import dev.strata.access.refresh.RefreshTokens;
import dev.strata.access.rights.Action;
import dev.strata.access.robots.NewRobot;
import dev.strata.access.robots.Robots;
import dev.strata.database.columns.ColumnTime;
import dev.strata.database.entities.EntityTransaction;
import dev.strata.testing.RegistryTest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.data.domain.Limit;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What an issuer said of somebody, and how long it holds. */
@RegistryTest
@TestPropertySource(properties = "strata.access.login=true")
class PeopleTest {

    /** By default. */
    private static final Duration MEMORY = Duration.ofDays(30);

    @Autowired
    PersonRows rows;

    @Autowired
    People people;

    @Autowired
    Robots robots;

    @Autowired
    RefreshTokens tokens;

    @Autowired
    JdbcClient jdbc;

    private TransactionTemplate transactions = new TransactionTemplate();

    @Autowired
    void setTransactions(@Qualifier(EntityTransaction.MANAGER) PlatformTransactionManager manager) {
        transactions = new TransactionTemplate(manager);
    }

    private static Described described(String name, String subject, Set<String> groups) {
        return new Described("corp", name, subject, "Somebody", groups, Map.of("team", List.of("a", "b")));
    }

    @Test
    void whatTheIssuerSaysIsKept() {
        people.note(described("ada", "1", Set.of("weavers", "spinners"))).orElseThrow();
        Caller caller = people.find("corp/ada").orElseThrow().caller();
        assertThat(caller.kind()).isEqualTo(Caller.Kind.PERSON);
        assertThat(caller.issuer()).isEqualTo("corp");
        assertThat(caller.groups()).containsExactlyInAnyOrder("weavers", "spinners");
        assertThat(caller.claims()).containsEntry("team", List.of("a", "b"));
        people.note(described("ada", "1", Set.of("weavers"))).orElseThrow();
        assertThat(people.find("corp/ada").orElseThrow().caller().groups()).containsExactly("weavers");
        assertThat(people.titleOf("corp/ada")).contains("Somebody");
        assertThat(people.find("corp/\0")).isEmpty();
    }

    /** As if they had logged in so much longer ago. */
    private void letPass(Duration time) {
        jdbc.sql("update person set seen_at = ? where name = 'corp/bea'")
                .param(ColumnTime.at(Instant.now().minus(time)))
                .update();
    }

    @Test
    void itHoldsForAWhile() {
        Proven owner = people.note(described("bea", "2", Set.of("weavers"))).orElseThrow();
        String secret = robots.create(new NewRobot(
                        getClass().getSimpleName(), owner.caller(), List.of("loom/**"), Set.of(Action.PULL), List.of(),
                        Optional.empty()))
                .secret();
        String token = tokens.issue(owner).orElseThrow();
        letPass(MEMORY.minusHours(1));
        assertThat(people.find("corp/bea")).isPresent();
        assertThat(robots.check(secret)).isPresent();
        assertThat(tokens.check(token)).isPresent();
        letPass(MEMORY.plusHours(1));
        assertThat(people.find("corp/bea")).isEmpty();
        assertThat(robots.check(secret)).isEmpty();
        assertThat(tokens.check(token)).isEmpty();
        people.note(described("bea", "2", Set.of()));
        assertThat(robots.check(secret)).as("after another login").isPresent();
        assertThat(robots.check(secret).orElseThrow().caller().terms().orElseThrow().maker().groups()).isEmpty();
        letPass(MEMORY.multipliedBy(5));
        new OldPeople(people).run();
        assertThat(rows.findByName("corp/bea")).isEmpty();
    }

    @Test
    void howeverManyAreOldAllAreForgotten() {
        Instant longAgo = Instant.now().minus(Duration.ofDays(1_000)).truncatedTo(ChronoUnit.MICROS);
        transactions.executeWithoutResult(status -> IntStream.range(0, 450).forEach(number -> {
            PersonRow old = new PersonRow("corp/old-" + number, "old-" + number, longAgo);
            old.setSeen("", "[]", "{}", longAgo);
            rows.saveAndFlush(old);
        }));
        new OldPeople(people).run();
        assertThat(rows.findByNameGreaterThanOrderByName("corp/old-", Limit.of(1)))
                .noneMatch(row -> row.name().startsWith("corp/old-"));
    }

    @Test
    void whoHasTheNameLaterIsSomebodyElse() {
        Proven first = people.note(described("post", "3", Set.of())).orElseThrow();
        Proven second = people.note(described("post", "4", Set.of())).orElseThrow();
        assertThat(second.version()).isNotEqualTo(first.version());
        assertThat(second.caller()).isEqualTo(first.caller());
    }

    @Test
    void howeverManyGroupsThereAreTheyFitIntoATokenAndATable() {
        Set<String> many = IntStream.range(0, 5_000)
                .mapToObj(number -> "group \u0000\ud800\u00e9 " + number)
                .collect(Collectors.toSet());
        Caller caller = people.note(described("cy", "5", many)).orElseThrow().caller();
        assertThat(caller.groups()).isNotEmpty().isSubsetOf(many);
        assertThat(String.join("", caller.groups()).length()).isLessThan(6_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\nb", "a\u202eb", "a\u0000"})
    void aNameThatIsNoneIsNotKept(String name) {
        assertThat(people.note(described(name, "6", Set.of()))).isEmpty();
    }

    @Test
    void aSubjectThatIsNoneIsNotKept() {
        assertThat(people.note(described("dee", "", Set.of()))).isEmpty();
        assertThat(people.note(described("dee", "\u00e9", Set.of()))).isEmpty();
        assertThat(people.note(described("x".repeat(251), "7", Set.of()))).isEmpty();
        assertThat(people.note(described("x".repeat(250), "7", Set.of()))).isPresent();
    }
}
