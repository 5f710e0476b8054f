package dev.strata.access.decisions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.access.policy.TestPolicy;
import dev.strata.access.policy.WithRules;
import dev.strata.access.callers.TestCallers;
import dev.strata.testing.Answer;
import dev.strata.testing.RegistryClient;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.TestPropertySource;

/** A caller may read some of very many repositories, and no pattern tells where they are. */
@WithRules
@TestPropertySource(properties = "strata.access.audit-retention=91d") // a registry of its own
class ManyRepositoriesTest {

    private static final String[] ALICE = {TestCallers.CALLER, "account alice"};
    private static final int MANY = 110_000;
    private static final List<String> MINE = List.of("a/mine", "m/mine", "z/mine");

    @Autowired
    RegistryClient registry;

    @Autowired
    TestPolicy policy;

    @Autowired
    JdbcTemplate jdbc;

    @BeforeEach
    void make() {
        policy.become("grants: [{who: 'account:alice', on: '*/mine', may: pull}]");
        if (jdbc.queryForObject("select count(*) from repository", Integer.class) == 0) {
            Stream<String> hidden = IntStream.range(0, MANY).mapToObj(number -> "hidden/" + number);
            jdbc.batchUpdate(
                    "insert into repository (name) values (?)",
                    Stream.concat(hidden, MINE.stream()).map(name -> new Object[] {name}).toList());
            jdbc.update("insert into savings_repository (id, name, images, tags, as_if_unshared, full_size, unique_size,"
                    + " shared_size) select id, name, 1, 1, 10, 10, 10, 0 from repository");
        }
    }

    /** The names of each page, until there is no other. */
    private List<List<String>> pages(String path, String list, String field) {
        List<List<String>> pages = new ArrayList<>();
        String next = path;
        while (!next.isEmpty()) {
            Answer answer = registry.get(next, ALICE);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text() + answer.find("Link")).doesNotContain("hidden");
            List<String> names = new ArrayList<>();
            answer.json().path(list).forEach(entry -> names.add((field.isEmpty() ? entry : entry.path(field)).stringValue()));
            pages.add(names);
            next = answer.find("Link").map(link -> link.substring(1, link.indexOf('>'))).orElse("");
            assertThat(pages).as("the list ends").hasSizeLessThan(20);
        }
        return pages;
    }

    @ParameterizedTest
    @CsvSource({"1000, 0", "1, 3"})
    void theCatalogIsReadToItsEndInBoundedSteps(int n, int most) {
        List<List<String>> pages = pages("/v2/_catalog?n=" + n, "repositories", "");
        assertThat(pages.stream().flatMap(List::stream)).containsExactlyElementsOf(MINE);
        assertThat(pages).hasSizeBetween(2, 2 + most);
    }

    @ParameterizedTest
    @CsvSource({"name, asc", "name, desc", "full, desc"})
    void theListOfFiguresIsReadToItsEndInBoundedSteps(String sort, String order) {
        List<List<String>> pages =
                pages("/api/savings/repositories?n=50&sort=" + sort + "&order=" + order, "repositories", "name");
        assertThat(pages.stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(MINE);
        assertThat(pages).hasSize(2);
    }

    /** Without what is remembered of it, a list begins at its last name again. */
    @Test
    void aPlaceThatIsNotKnownIsTheLastName() {
        assertThat(registry.get("/v2/_catalog?n=5&last=m/mine&more=true", ALICE).json().path("repositories").toString())
                .isEqualTo("[\"z/mine\"]");
        assertThat(registry.get("/v2/_catalog?n=5&last=a/mine&more=true", TestCallers.CALLER, "account bob"))
                .isJson(200);
    }
}
