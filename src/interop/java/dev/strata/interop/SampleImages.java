package dev.strata.interop;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.RegistryClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Pushes images with histories: small, and of a shape that a team's images have. */
final class SampleImages {

    /** That {@link #pushTeam} makes. */
    static final int REPOSITORIES_OF_TEAM = 10;

    static final String MARKUP = "RUN echo '<img src=x onerror=alert(1)><script>alert(2)</script>' && echo \"&amp;\"";

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String CREATED = "2026-11-24T08:00:00Z";

    private final RegistryClient registry;

    SampleImages(Registry registry) {
        this.registry = new RegistryClient(Integer.parseInt(registry.address().substring(registry.address().indexOf(':') + 1)));
    }

    /**
     * A step of an image: its instruction, and the layer that it makes.
     *
     * @param size in bytes; 0 where it makes none
     */
    record Step(String instruction, int size) {

        /** The same for the same step. */
        byte[] layer() {
            return Content.random(instruction.hashCode(), size);
        }
    }

    static Step run(String command, int size) {
        return new Step("RUN /bin/sh -c " + command + " # buildkit", size);
    }

    static Step copy(String files, int size) {
        return new Step("COPY " + files + " # buildkit", size);
    }

    static final List<Step> BASE = List.of(
            new Step("/bin/sh -c #(nop) ADD file:3f1c9e in / ", 290_000),
            new Step("/bin/sh -c #(nop)  CMD [\"bash\"]", 0));

    static final List<Step> RUNTIME = then(BASE, run("apt-get install -y openjdk-25-jre-headless", 355_000));

    static final List<Step> PYTHON = then(BASE, run("apt-get install -y python3 python3-venv", 120_000));

    static List<Step> then(List<Step> base, Step... more) {
        List<Step> steps = new ArrayList<>(base);
        steps.addAll(List.of(more));
        return List.copyOf(steps);
    }

    /** A base, runtimes on it, services on those, an image under two tags, an index, and names as people choose them. */
    void pushTeam() {
        push("debian", "12", BASE);
        push("base/jre", "25", RUNTIME);
        push("base/python", "3.11", PYTHON);
        for (String service : List.of("billing", "gateway", "orders", "search")) {
            Step libraries = copy("target/dependency/ /app/lib/ of " + service, 40_000 + 9_000 * service.length());
            for (int version = 0; version < 3; version++) {
                Step program = copy("target/" + service + "-1." + version + ".jar /app/", 6_000 + 1_000 * version);
                push("team/" + service, "1." + version + ".0", then(RUNTIME, libraries, program));
            }
        }
        push("team/billing", "latest", then(RUNTIME,
                copy("target/dependency/ /app/lib/ of billing", 103_000), copy("target/billing-1.2.jar /app/", 8_000)));
        for (int version = 1; version <= 2; version++) {
            push("data/forecast", "v" + version, then(PYTHON,
                    run("pip install --requirement requirements.txt", 410_000), copy("src/ /srv/ of " + version, 2_500)));
        }
        push("odd/markup", "1", then(BASE, new Step(MARKUP, 7_000)));
        ManifestJson image = manifest("team/multi", then(BASE, run("make", 3_000)));
        registry.pushManifest("team/multi", image.digest(), image);
        registry.pushManifest("team/multi", "1", ManifestJson.index(image.descriptor()));
    }

    /** Images of as many repositories, of which many share a runtime, some libraries, and none its program. */
    void pushMany(int repositories) {
        List<List<Step>> bases = new ArrayList<>();
        for (int runtime = 0; runtime < 40; runtime++) {
            List<Step> base = then(BASE, run("apt-get install runtime-" + runtime % 8, 9_000 + 700 * (runtime % 8)),
                    copy("libraries-" + runtime + "/ /lib/", 4_000 + 150 * runtime));
            push("base/runtime-" + runtime, "1", base);
            bases.add(base);
        }
        // Threads of its own: a parallel stream would use those that run tests.
        try (ExecutorService pushes = Executors.newFixedThreadPool(4)) {
            List<Future<?>> pushed = IntStream.range(bases.size(), repositories)
                    .<Future<?>>mapToObj(number -> pushes.submit(() -> {
                        int runtime = number % bases.size();
                        String repository = "group-" + number % 90 + "/app-" + number;
                        Step program = copy("app-" + number + " /", 100 + number % 900);
                        pushOn("base/runtime-" + runtime, bases.get(runtime), repository, program);
                    }))
                    .toList();
            for (Future<?> push : pushed) {
                push.get();
            }
        } catch (ExecutionException | InterruptedException exception) {
            throw new IllegalStateException(exception);
        }
    }

    /** Mounts the base as clients do, and pushes what is new. */
    private void pushOn(String baseRepository, List<Step> base, String repository, Step program) {
        byte[][] layers = layers(then(base, program));
        for (int i = 0; i < layers.length - 1; i++) {
            registry.post("/v2/" + repository + "/blobs/uploads/?mount=" + Content.sha256(layers[i]) + "&from=" + baseRepository);
        }
        byte[] config = config(then(base, program), layers);
        for (byte[] content : List.of(config, layers[layers.length - 1])) {
            registry.post("/v2/" + repository + "/blobs/uploads/?digest=" + Content.sha256(content), content);
        }
        registry.pushManifest(repository, "1", ManifestJson.image(config, layers));
    }

    void push(String repository, String tag, List<Step> steps) {
        registry.pushManifest(repository, tag, manifest(repository, steps));
    }

    /** Pushes what the image consists of, and returns its manifest. */
    ManifestJson manifest(String repository, List<Step> steps) {
        byte[][] layers = layers(steps);
        byte[] config = config(steps, layers);
        registry.pushBlob(repository, config);
        for (byte[] layer : layers) {
            registry.pushBlob(repository, layer);
        }
        return ManifestJson.image(config, layers);
    }

    private static byte[][] layers(List<Step> steps) {
        return steps.stream().filter(step -> step.size() > 0).map(Step::layer).toArray(byte[][]::new);
    }

    private static byte[] config(List<Step> steps, byte[][] layers) {
        ObjectNode config = JSON.createObjectNode();
        config.put("architecture", "amd64").put("os", "linux").put("created", CREATED);
        ArrayNode diffIds = config.putObject("rootfs").put("type", "layers").putArray("diff_ids");
        for (byte[] layer : layers) {
            diffIds.add(Content.sha256(("not compressed: " + Content.sha256(layer)).getBytes(UTF_8)).toString());
        }
        ArrayNode history = config.putArray("history");
        for (Step step : steps) {
            ObjectNode entry = history.addObject().put("created", CREATED).put("created_by", step.instruction());
            if (step.size() == 0) {
                entry.put("empty_layer", true);
            }
        }
        return JSON.writeValueAsBytes(config);
    }
}
