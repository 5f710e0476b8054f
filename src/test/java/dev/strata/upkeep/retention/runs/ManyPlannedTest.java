package dev.strata.upkeep.retention.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.testing.ManifestJson;
import dev.strata.testing.Size;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** However many images a repository has, each transaction is short: the rule of the class that this extends fails it otherwise. */
class ManyPlannedTest extends RetentionTestCase {

    private static final int MANY = Size.of("strata.retention.many", 120, 100_000);
    private static final int KEPT = 10;
    private static final String REPOSITORY = "retain/many";

    @Test
    void veryManyImagesArePlannedAndRemoved() {
        ManifestJson image = push(REPOSITORY, 20_000);
        for (int i = 0; i < MANY; i++) {
            registry.pushManifest(REPOSITORY, "t" + i, image.annotation("number", String.valueOf(i)));
        }
        CLOCK.moveOn(Duration.ofDays(2));
        rule("many", "{'on':'" + REPOSITORY + "','keep':[{'newest':" + KEPT + "}],'remove':[{'older-than':'1d'}]}");
        String plan = registry.post(PATH + "/preview").json().path("id").stringValue();
        awaitState(plan, "ready");
        assertThat(plan(plan).at("/totals/images").intValue()).isEqualTo(MANY);

        String all = registry.post(PATH + "/preview", "{\"cap\":100}".getBytes(), "Content-Type", "application/json")
                .json()
                .path("id")
                .stringValue();
        awaitState(all, "ready");
        JsonNode totals = plan(all).path("totals");
        assertThat(totals.path("remove").intValue()).isEqualTo(MANY - KEPT);
        assertThat(totals.path("blob_bytes").intValue()).as("those that stay have them too").isZero();
        assertThat(registry.post(PATH + "/plans/" + all + "/run")).hasStatus(202);
        awaitState(all, "done");
        assertThat(plan(all).at("/run/removed").intValue()).isEqualTo(MANY - KEPT);
        assertThat(isThere(REPOSITORY, "t" + (MANY - 1))).isTrue();
        assertThat(isThere(REPOSITORY, "t0")).isFalse();
    }

    private void awaitState(String id, String state) {
        await(state).atMost(Duration.ofMinutes(30)).until(() -> plan(id).path("state").stringValue().equals(state));
    }
}
