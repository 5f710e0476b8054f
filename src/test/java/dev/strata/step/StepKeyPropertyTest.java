package dev.strata.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.ChainId;
import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.oci.Platform;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Equal keys only for steps that are equal in what they can see; {@code -Dstrata.step.seed} repeats a run. */
class StepKeyPropertyTest {

    private static final long SEED = Long.getLong("strata.step.seed", System.nanoTime());
    private static final int STEPS = 5_000;

    private final Random random = new Random(SEED);

    @Test
    void twoStepsHaveOneKeyExactlyWhereTheyAreEqual() {
        Map<StepKey, Step> byKey = new HashMap<>();
        Map<Step, StepKey> byStep = new HashMap<>();
        for (int i = 0; i < STEPS; i++) {
            Step step = step();
            assertThat(byKey.putIfAbsent(step.key(), step)).as("seed %d", SEED).isIn(null, step);
            assertThat(byStep.putIfAbsent(step, step.key())).as("seed %d", SEED).isIn(null, step.key());
        }
        assertThat(byKey).as("seed %d", SEED).hasSameSizeAs(byStep).hasSizeGreaterThan(STEPS / 3);
    }

    @Test
    void theOrderOfFieldsAndDefaultsThatAreSpelledOutDoNotMatter() {
        for (int i = 0; i < STEPS; i++) {
            Step step = step();
            Step again = Step.of(shuffled(withDefaults(step)));
            assertThat(again).as("seed %d", SEED).isEqualTo(step);
            assertThat(again.key()).as("seed %d", SEED).isEqualTo(step.key());
        }
    }

    private static ObjectNode withDefaults(Step step) {
        ObjectNode json = step.toJson();
        switch (step.operation()) {
            case Operation.Run run -> {
                json.putIfAbsent("user", json.stringNode(""));
                json.putIfAbsent("cwd", json.stringNode("/"));
                json.putIfAbsent("env", json.objectNode());
                json.putIfAbsent("mounts", json.arrayNode());
                json.putIfAbsent("network", json.stringNode("default"));
                json.putIfAbsent("security", json.stringNode("sandbox"));
            }
            case Operation.Copy copy -> {
                json.putIfAbsent("cwd", json.stringNode("/"));
                json.putIfAbsent("chown", json.stringNode(""));
                json.putIfAbsent("chmod", json.stringNode(""));
                json.putIfAbsent("link", json.booleanNode(false));
                json.putIfAbsent("exclude", json.arrayNode());
            }
            case Operation.Workdir workdir -> {
                json.putIfAbsent("cwd", json.stringNode("/"));
                json.putIfAbsent("user", json.stringNode(""));
            }
        }
        return json;
    }

    private ObjectNode shuffled(ObjectNode json) {
        List<String> names = new ArrayList<>(json.propertyNames());
        Collections.shuffle(names, random);
        ObjectNode shuffled = JsonNodeFactory.instance.objectNode();
        names.forEach(name -> shuffled.set(name, json.get(name)));
        return shuffled;
    }

    private Step step() {
        return new Step(
                Platform.of(any("linux/amd64", "linux/arm64/v8")),
                maybe(() -> new ChainId(digest())),
                switch (random.nextInt(3)) {
                    case 0 -> run();
                    case 1 -> copy();
                    default -> new Operation.Workdir(any("/", "/a", "/b"), any("", "u"));
                });
    }

    private Operation run() {
        Map<String, String> env = new HashMap<>();
        for (String word : words()) {
            env.put("V" + word, any("", "1", "a b", "\"", "\u0001", "é"));
        }
        List<String> argv = new ArrayList<>(words());
        argv.add(any("x", "y"));
        List<StepMount> mounts = new ArrayList<>();
        for (String word : words()) {
            mounts.add(new StepMount(
                    any("bind", "cache", "tmpfs", "secret"),
                    "/" + word,
                    any("", "i"),
                    any("", "E"),
                    maybe(this::content),
                    random.nextBoolean(),
                    random.nextBoolean() ? Map.of() : Map.of(any("mode", "uid"), "1")));
        }
        return new Operation.Run(
                argv, Environment.ofValues(env), any("", "u", "root"), any("", "/", "/a"), mounts,
                any("default", "none", "host"), any("sandbox", "insecure"));
    }

    private Operation copy() {
        return new Operation.Copy(
                random.nextBoolean() ? Operation.Copy.Kind.COPY : Operation.Copy.Kind.ADD,
                any("", "/", "/a"),
                any("/x", "x", "x/"),
                any("", "1:1"),
                any("", "0755"),
                random.nextBoolean(),
                words(),
                content());
    }

    private Content content() {
        return switch (random.nextInt(3)) {
            case 0 -> new Content.Files(digest());
            case 1 -> new Content.OfStage(digest().toString(), List.of(any("/x", "/y")));
            default -> new Content.OfImage(new ChainId(digest()), List.of(any("/x", "/y")));
        };
    }

    private List<String> words() {
        List<String> words = new ArrayList<>();
        for (int left = random.nextInt(3); left > 0; left--) {
            words.add(any("a", "b", "a b", "c\"", "\n"));
        }
        return words;
    }

    private Digest digest() {
        return Digest.ofContent(DigestAlgorithm.SHA256, any("1", "2").getBytes(StandardCharsets.US_ASCII));
    }

    private <T> Optional<T> maybe(Supplier<T> value) {
        return random.nextBoolean() ? Optional.of(value.get()) : Optional.empty();
    }

    private String any(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
