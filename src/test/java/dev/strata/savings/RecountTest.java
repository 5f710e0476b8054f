package dev.strata.savings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.savings.check.Recount;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.TestPropertySource;

/** What the recount finds: a figure that is wrong by whatever defect is reported, and mended. */
@RegistryTest
@TestPropertySource(properties = "spring.application.name=recount") // a registry of its own: each recount reads all of it
@ExtendWith(OutputCaptureExtension.class)
class RecountTest {

    @Autowired
    RegistryClient registry;

    @Autowired
    Recount recount;

    @Autowired
    JdbcTemplate jdbc;

    private Api api;

    @BeforeEach
    void pushSomething() {
        api = new Api(registry);
        registry.pushImage("recount/a", "1", 1);
        registry.pushImage("recount/b", "1", 1);
        mend();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "update savings_object set images = images + 1",
        "update savings_object set links = links - 1",
        "update savings_object set repository_sum = repository_sum + 1",
        "update savings_object set image_sum = image_sum + 1",
        "update savings_holding set images = images + 1",
        "update savings_holding set linked = not linked where mod(object_id, 2) = 0",
        "update savings_image set tags = tags + 1",
        "update savings_image set parents = parents + 1",
        "update savings_image set full_size = full_size + 1",
        "update savings_image set unique_size = unique_size - 1",
        "update savings_repository set as_if_unshared = as_if_unshared + 1",
        "update savings_repository set full_size = full_size + 1",
        "update savings_total set amount = amount + 1 where name not like 'LAST%'",
        "update savings_stack set images = images + 1",
        "update savings_stack set images = images - 2, ends = ends - 1 where children = 0",
        "update savings_stack set children = children + 1, children_size = 7",
        "update savings_stack set saved = saved - 1",
        "delete from savings_part",
        "delete from savings_part where object_id = (select min(object_id) from savings_part)"
    })
    void aFigureThatIsWrongIsReportedAndMended(String damage, CapturedOutput output) {
        Map<String, Object> before = books();
        long differences = differences();
        jdbc.update(damage);
        WholeRecount.by(recount);
        assertThat(differences()).as("%s", output).isGreaterThan(differences);
        mend();
        assertThat(books()).isEqualTo(before);
    }

    /** Recounts until nothing is found any more. */
    private void mend() {
        await().untilAsserted(() -> {
            api.get("");
            long before = differences();
            WholeRecount.by(recount);
            assertThat(api.get("").path("set_aside").longValue()).isZero();
            assertThat(differences()).isEqualTo(before);
        });
    }

    private long differences() {
        return api.get("").at("/check/differences").longValue();
    }

    /** Everything that is counted; images' numbers may be others. */
    private Map<String, Object> books() {
        Map<String, Object> books = new TreeMap<>();
        for (String query : List.of(
                "select id, size, links, images, repositories, repository_sum from savings_object order by id",
                "select repository_id, object_id, images, linked from savings_holding order by repository_id, object_id",
                "select repository_id, manifest_id, form, tags, parents, tagged, full_size, unique_size, shared_size, freed"
                        + " from savings_image order by repository_id, manifest_id",
                "select id, images, tags, as_if_unshared, full_size, unique_size, shared_size from savings_repository"
                        + " order by id",
                "select id, parent_id, images, ends, children, children_size, saved from savings_stack order by id",
                "select repository_id, object_id, count(*) from savings_part group by repository_id, object_id"
                        + " order by repository_id, object_id",
                "select name, amount from savings_total where amount <> 0 and name in ('AS_IF_UNSHARED', 'PARTS_SIZE', 'HOLDINGS_SIZE',"
                        + " 'SAVED_BY_TAGS', 'IMAGES', 'TAGS', 'REPOSITORIES', 'BLOBS_IN_USE_SIZE', 'STACK_IMAGES', 'STACK_CHILDREN',"
                        + " 'STACK_CHILDREN_SIZE') order by name")) {
            books.put(query, jdbc.queryForList(query));
        }
        return books;
    }
}
