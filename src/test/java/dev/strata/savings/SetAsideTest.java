package dev.strata.savings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.savings.books.SetAsideChanges;
import dev.strata.savings.check.Recount;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.JsonNode;

/** A change that cannot be folded does not stop the others, and comes into the figures later. */
@RegistryTest
class SetAsideTest {

    @Autowired
    RegistryClient registry;

    @Autowired
    JdbcTemplate jdbc;

    @Autowired
    Recount recount;

    @Autowired
    SetAsideChanges setAside;

    @Test
    void whatFailsIsSetAsideAndMendedLater() {
        Api api = new Api(registry);
        registry.pushImage("aside/before", "1", 71);
        api.get("");
        // The next number is taken already.
        Long number = jdbc.queryForObject("select max(number) from savings_image", Long.class);
        jdbc.update("update savings_total set amount = ? where name = 'LAST_IMAGE_NUMBER'", number - 1);
        registry.pushImage("aside/failing", "1", 72);
        JsonNode figures = api.get("");
        assertThat(figures.path("set_aside").intValue()).isPositive();
        assertThat(api.get("/work").path("work").toString()).contains("savings-repair", "manifest");
        jdbc.update("update savings_total set amount = ? where name = 'LAST_IMAGE_NUMBER'", number + 10);
        registry.pushImage("aside/after", "1", 73);
        assertThat(image(api, "aside/after").path("full").longValue()).isPositive();
        setAside.retry();
        await().untilAsserted(() -> {
            assertThat(api.get("").path("set_aside").intValue()).isZero();
            assertThat(image(api, "aside/failing").path("full").longValue()).isPositive();
            assertThat(image(api, "aside/failing").path("freed").longValue())
                    .isEqualTo(image(api, "aside/failing").path("unique").longValue());
        });
        WholeRecount.by(recount);
        long differences = differences(api);
        WholeRecount.by(recount);
        assertThat(differences(api)).isEqualTo(differences);
    }

    private static JsonNode image(Api api, String repository) {
        return api.get("/repositories/" + repository + "/tags").at("/tags/0");
    }

    private static long differences(Api api) {
        return api.get("").at("/check/differences").longValue();
    }
}
