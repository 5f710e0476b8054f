package dev.strata.agent.commandline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The agent builds in one repository what another one has. */
class SharedBuildTest extends AgentTestCase {

    @Test
    void whatAnotherRepositoryHasIsNotRunAgain() throws Exception {
        repository = "shared/agent/web";
        recordSteps();
        repository = "shared/agent/api";

        Said built = run("build", "--builder", "buildkit");

        assertThat(built.exitCode()).isZero();
        assertThat(built.statuses()).containsExactly("no_layer", "hit", "no_layer", "hit", "no_layer");
        assertThat(built.events().stream().map(event -> event.path("origin").asString("")).filter(origin -> !origin.isEmpty()))
                .containsExactly("shared/agent/web", "shared/agent/web");
        JsonNode finished = built.events().getLast();
        assertThat(finished.path("run").asInt(-1)).isZero();
        assertThat(registry.getManifest(repository, "new").status()).isEqualTo(200);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        assertThat(run(said, "plain", "plan")).isZero();
        assertThat(said.toString(UTF_8)).contains("hit from main of shared/agent/web, spares 1.5 s");
    }
}
