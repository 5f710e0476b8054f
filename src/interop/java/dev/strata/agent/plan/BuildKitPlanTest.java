package dev.strata.agent.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.agent.AgentException;
import dev.strata.agent.builders.Dialect;
import dev.strata.agent.images.RemoteImage;
import dev.strata.dockerfile.Dockerfile;
import dev.strata.dockerfile.Instruction;
import dev.strata.dockerfile.text.RawText;
import dev.strata.interop.BuildKitReader;
import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.oci.Platform;
import dev.strata.problem.RegistryException;
import dev.strata.step.AbsolutePath;
import dev.strata.testing.DockerfileCorpus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the agent plans is what BuildKit does: which commands run, what each of them sees, and the image that comes out. Each
 * file of {@code src/interop/resources/plans} may begin with a line {@code @ target=… platform=… build=… arg:NAME=value},
 * and the corpus of the language is planned too.
 */
@Execution(ExecutionMode.CONCURRENT)
class BuildKitPlanTest {

    private static final Path DIRECTORY = Path.of("src/interop/resources/plans");
    private static final String BASE = """
            {"architecture":"amd64","os":"linux","author":"someone",
             "config":{"Env":["PATH=/usr/bin:/bin","E=base"],"User":"u","WorkingDir":"/w","Cmd":["c"],"Labels":{"l":"1"},
                       "OnBuild":["ENV T=$E-$V","RUN trigger"],"ExposedPorts":{"1/tcp":{}},"Volumes":{"/v":{}}},
             "rootfs":{"type":"layers","diff_ids":["sha256:%s"]},
             "history":[{"created":"2026-01-01T00:00:00Z","created_by":"the base"}]}
            """.formatted("ab".repeat(32));
    private static final List<String> FIELDS = List.of(
            "Env", "User", "WorkingDir", "Cmd", "Entrypoint", "Labels", "OnBuild", "ExposedPorts", "Volumes", "Shell",
            "StopSignal", "Healthcheck", "ArgsEscaped");

    /** A build that both are asked for. */
    private record Asked(String name, String file, Map<String, String> options) {

        static Asked of(DockerfileCorpus.Case each) {
            String text = RawText.of(each.file());
            Map<String, String> options = new HashMap<>();
            if (text.startsWith("@ ")) {
                for (String option : text.substring(2, text.indexOf('\n')).split(" ")) {
                    String[] pair = option.split("=", 2);
                    options.put(pair[0], pair[1]);
                }
                text = text.substring(text.indexOf('\n') + 1);
            }
            return new Asked(each.name(), text, options);
        }

        Map<String, String> arguments() {
            Map<String, String> arguments = new TreeMap<>();
            options.forEach((name, value) -> {
                if (name.startsWith("arg:")) {
                    arguments.put(name.substring("arg:".length()), value);
                }
            });
            return arguments;
        }

        Platform platform() {
            return Platform.of(options.getOrDefault("platform", "linux/amd64"));
        }

        Platform build() {
            return Platform.of(options.getOrDefault("build", "linux/amd64"));
        }

        ObjectNode question() {
            ObjectNode question = BuildKitReader.JSON
                    .createObjectNode()
                    .put("file", file)
                    .put("target", options.getOrDefault("target", ""))
                    .put("platform", platform().toString())
                    .put("build", build().toString());
            arguments().forEach(question.putObject("args")::put);
            question.set("base", BuildKitReader.JSON.readTree(BASE));
            return question;
        }

        BuildPlan plan(Path context) {
            return new BuildPlanner(
                            Dockerfile.parse(file),
                            Dialect.BUILDKIT,
                            Plans.everythingIn(context),
                            (name, platform) -> new RemoteImage(
                                    name,
                                    List.of(),
                                    Digest.ofContent(DigestAlgorithm.SHA256, BASE.getBytes(StandardCharsets.UTF_8)),
                                    (ObjectNode) BuildKitReader.JSON.readTree(BASE)),
                            new BuildPlanner.Settings(
                                    Optional.ofNullable(options.get("target")),
                                    platform(),
                                    true,
                                    build(),
                                    arguments(),
                                    Optional.empty()))
                    .plan();
        }
    }

    @TestFactory
    List<DynamicTest> everyPlanIsWhatBuildKitDoes(@TempDir Path context) {
        List<Asked> builds = Stream.concat(
                        DockerfileCorpus.all(DIRECTORY).stream(), DockerfileCorpus.all().stream())
                .map(Asked::of)
                .filter(asked -> RawText.isUnicode(asked.file))
                .toList();
        List<JsonNode> answers =
                BuildKitReader.ask("plan", builds.stream().map(Asked::question).toList());
        List<DynamicTest> tests = new ArrayList<>();
        for (int i = 0; i < builds.size(); i++) {
            Asked asked = builds.get(i);
            JsonNode buildKit = answers.get(i);
            tests.add(DynamicTest.dynamicTest(asked.name, () -> compare(asked, buildKit, context)));
        }
        return tests;
    }

    static void compare(Asked asked, JsonNode buildKit, Path context) {
        if (buildKit.has("error")) {
            return; // the builder says so itself, whatever was planned
        }
        BuildPlan plan = plan(asked, context);
        assertThat(ours(plan)).as("commands").isEqualTo(theirs(buildKit.get("steps")));
        ImageState end = plan.target().stateAfter(plan.target().instructions().size());
        JsonNode image = buildKit.get("image");
        for (String field : List.of("architecture", "os", "variant", "author")) {
            assertThat(end.image().path(field).asString("")).as(field).isEqualTo(image.path(field).asString(""));
        }
        for (String field : FIELDS) {
            assertThat(some(end.image().path("config").path(field)))
                    .as(field)
                    .isEqualTo(some(image.path("config").path(field)));
        }
        List<String> history = new ArrayList<>();
        image.path("history").forEach(each -> history.add(
                (each.path("empty_layer").asBoolean(false) ? "- " : "+ ") + each.path("created_by").asString("")));
        assertThat(history(plan.target())).as("history").isEqualTo(history);
    }

    private static BuildPlan plan(Asked asked, Path context) {
        try {
            return asked.plan(context);
        } catch (RegistryException | AgentException refused) {
            throw new AssertionError("only Strata refuses it: " + refused.getMessage(), refused);
        }
    }

    /** Nothing, where it has nothing in it. */
    private static Optional<String> some(JsonNode value) {
        return value.isMissingNode() || value.isNull() || (value.isContainer() && value.isEmpty()) || value.asString("x").isEmpty()
                ? Optional.empty()
                : Optional.of(value.toString());
    }

    private static List<String> ours(BuildPlan plan) {
        List<String> commands = new ArrayList<>();
        for (StagePlan stage : plan.stages()) {
            for (PlannedInstruction planned : stage.instructions()) {
                if (planned.instruction() instanceof Instruction.Run run) {
                    ImageState state = planned.after();
                    List<String> env = new ArrayList<>();
                    state.seen().visible().forEach((name, value) -> env.add(name + "=" + value));
                    env.sort(Comparator.naturalOrder());
                    commands.add(String.join(
                            "\n",
                            run.command().argv(state.seen().shell()).toString(),
                            env.toString(),
                            state.seen().user(),
                            state.seen().cwd(),
                            stage.platform().toString()));
                }
            }
        }
        return commands.stream().distinct().sorted().toList(); // BuildKit runs once what is the same
    }

    private static List<String> theirs(JsonNode steps) {
        List<String> commands = new ArrayList<>();
        for (JsonNode step : steps) {
            if (step.get("op").stringValue().equals("run")) {
                commands.add(String.join(
                        "\n",
                        texts(step.get("argv")).toString(),
                        texts(step.get("env")).toString(),
                        step.get("user").stringValue(),
                        AbsolutePath.of("/", step.get("cwd").stringValue()),
                        Platform.of(step.get("platform").stringValue()).toString()));
            }
        }
        return commands.stream().distinct().sorted().toList(); // BuildKit runs once what is the same
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::stringValue).toList();
    }

    private static List<String> history(StagePlan stage) {
        List<String> history = new ArrayList<>(
                switch (stage.base()) {
                    case Base.Scratch scratch -> List.<String>of();
                    case Base.Image image -> List.of("+ the base");
                    case Base.Stage(StagePlan other) -> history(other);
                });
        for (PlannedInstruction planned : stage.instructions()) {
            if (planned.hasEntry()) {
                history.add((planned.makesLayer() ? "+ " : "- ") + planned.createdBy());
            }
        }
        return history;
    }
}
