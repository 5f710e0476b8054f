package dev.strata.savings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.savings.check.Recount;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;

/** What the recount finds: a figure that is wrong by whatever defect is reported. */
@RegistryTest
@ExtendWith(OutputCaptureExtension.class)
class RecountTest {

    @Autowired
    RegistryClient registry;

    @Autowired
    Recount recount;

    @Autowired
    JdbcTemplate jdbc;

    @ParameterizedTest
    @ValueSource(strings = {
        "savings_object set images = images + 1",
        "savings_object set links = links - 1",
        "savings_object set repository_sum = repository_sum + 1",
        "savings_holding set images = images + 1",
        "savings_holding set linked = not linked",
        "savings_image set tags = tags + 1",
        "savings_image set full_size = full_size + 1",
        "savings_image set unique_size = unique_size - 1",
        "savings_repository set as_if_unshared = as_if_unshared + 1",
        "savings_repository set full_size = full_size + 1",
        "savings_total set amount = amount + 1"
    })
    void aFigureThatIsWrongIsReported(String damage, CapturedOutput output) {
        registry.pushImage("recount/a", "1", 1);
        registry.pushImage("recount/b", "1", 1);
        Api api = new Api(registry);
        api.get("");
        recount.all();
        long before = api.get("").at("/check/differences").longValue();
        recount.all();
        assertThat(api.get("").at("/check/differences").longValue()).as("%s", output).isEqualTo(before);
        jdbc.update("update " + damage);
        recount.all();
        jdbc.update("update " + undone(damage));
        assertThat(api.get("").at("/check/differences").longValue()).isGreaterThan(before);
    }

    private static String undone(String damage) {
        return damage.contains(" + 1")
                ? damage.replace(" + 1", " - 1")
                : damage.contains(" - 1") ? damage.replace(" - 1", " + 1") : damage;
    }
}
