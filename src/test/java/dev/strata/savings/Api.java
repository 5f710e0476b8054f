package dev.strata.savings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.testing.Answer;
import dev.strata.testing.RegistryClient;
import tools.jackson.databind.JsonNode;

/** The savings API of a registry, with everything in its answers that was changed before. */
final class Api {

    private final RegistryClient registry;

    Api(RegistryClient registry) {
        this.registry = registry;
    }

    /** @param path below {@code /api/savings} */
    JsonNode get(String path) {
        Answer answer;
        do {
            answer = registry.get("/api/savings" + path);
            assertThat(answer).hasStatus(200);
            assertThat(answer).hasHeader("Content-Type", "application/vnd.strata.savings.v1+json");
        } while (answer.json().path("pending").intValue(0) > 0);
        return answer.json();
    }
}
