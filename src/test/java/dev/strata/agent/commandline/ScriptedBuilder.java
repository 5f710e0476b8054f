package dev.strata.agent.commandline;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.strata.agent.builders.Builder;
import dev.strata.agent.builders.BuilderKind;
import dev.strata.agent.builders.Dialect;
import dev.strata.agent.connection.Http;
import dev.strata.agent.images.ImageLayer;
import dev.strata.agent.images.ImageName;
import dev.strata.agent.images.RemoteImage;
import dev.strata.agent.images.RepositoryClient;
import dev.strata.agent.plan.Base;
import dev.strata.agent.plan.BuildPlanner;
import dev.strata.agent.plan.PlannedInstruction;
import dev.strata.agent.plan.Plans;
import dev.strata.agent.plan.StagePlan;
import dev.strata.agent.process.Commands;
import dev.strata.dockerfile.Dockerfile;
import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A builder that runs nothing: for each step of the last stage it puts a layer that holds the step's text on the base, and
 * pushes that.
 */
final class ScriptedBuilder implements Builder {

    private static final Path DEFAULT_NAME = Path.of("Dockerfile");
    private static final MediaType CONFIG = MediaType.of("application/vnd.oci.image.config.v1+json");

    private final dev.strata.testing.RegistryClient registry;
    private final List<Job> jobs = new CopyOnWriteArrayList<>();
    private final List<Digest> configurations = new CopyOnWriteArrayList<>();
    private Consumer<Job> beforehand = job -> {};
    private Map<String, String> annotations = Map.of();
    private List<String> printed = List.of();

    /** @param registry the registry that all images are in, whatever port their names have */
    ScriptedBuilder(dev.strata.testing.RegistryClient registry) {
        this.registry = registry;
    }

    /** What it was asked to build. */
    List<Job> jobs() {
        return jobs;
    }

    /** The configurations that it pushed. */
    List<Digest> configurations() {
        return configurations;
    }

    /** Lets something happen while it builds. */
    void whileBuilding(Consumer<Job> event) {
        beforehand = event;
    }

    /** Gives the layers that it makes these annotations. */
    void annotate(Map<String, String> values) {
        annotations = values;
    }

    /** What it prints in each build. */
    void says(String... lines) {
        printed = List.of(lines);
    }

    @Override
    public String name() {
        return "a script";
    }

    @Override
    public Dialect dialect() {
        return Dialect.BUILDKIT;
    }

    @Override
    public ObjectNode stored(ObjectNode image) {
        return BuilderKind.buildkit.open(new Commands(), Map.of()).stored(image);
    }

    @Override
    public Map<Integer, Duration> build(Job job, Consumer<String> output) {
        jobs.add(job);
        beforehand.accept(job);
        printed.forEach(output);
        Map<String, String> arguments = new LinkedHashMap<>();
        for (String argument : job.options().arguments()) {
            String[] pair = argument.split("=", 2);
            arguments.put(pair[0], pair[1]);
        }
        StagePlan stage = new BuildPlanner(
                        Dockerfile.parse(String.join("\n", lines(job)) + "\n"),
                        dialect(),
                        Plans.everythingIn(Path.of(job.context())),
                        (name, platform) -> repository(name).image(name.reference(), platform).orElseThrow(),
                        new BuildPlanner.Settings(Optional.empty(), Plans.PLATFORM, false, Plans.PLATFORM, arguments, Optional.empty()))
                .plan()
                .target();
        if (stage.base() instanceof Base.Image(RemoteImage below)) {
            push(below, stage, job);
        }
        return Map.of();
    }

    static List<String> lines(Job job) {
        Path file = job.dockerfile().orElse(Path.of(job.context()).resolve(DEFAULT_NAME));
        try {
            return Files.readAllLines(file, UTF_8).stream().filter(line -> !line.isBlank()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void push(RemoteImage below, StagePlan stage, Job job) {
        String target = job.image().repository().toString();
        ObjectNode config = stage.stateAfter(stage.instructions().size()).image();
        config.set("history", below.config().withArray("history").deepCopy());
        config.set("rootfs", below.config().withObject("rootfs").deepCopy());
        ObjectNode manifest = Http.JSON.createObjectNode().put("schemaVersion", 2);
        ArrayNode layers = manifest.put("mediaType", MediaType.OCI_MANIFEST.value()).putArray("layers");
        below.layers().forEach(layer -> add(layers.addObject(), layer.mediaType(), layer.digest().toString(), layer.size()));
        for (PlannedInstruction instruction : stage.instructions()) {
            if (instruction.makesLayer()) {
                ImageLayer layer = AgentTestCase.layerOf(instruction.text());
                registry.pushBlob(target, AgentTestCase.gzip(instruction.text()));
                ObjectNode added = layers.addObject();
                add(added, layer.blob().mediaType(), layer.blob().digest().toString(), layer.blob().size());
                annotations.forEach((name, value) -> added.withObject("annotations").put(name, value));
                config.withObject("rootfs").withArray("diff_ids").add(layer.diffId().toString());
            }
            if (instruction.hasEntry()) {
                ObjectNode entry = config.withArray("history").addObject();
                entry.put("created", "2020-01-01T00:00:00Z").put("created_by", instruction.createdBy());
                entry.put("comment", dialect().comment());
                if (!instruction.makesLayer()) {
                    entry.put("empty_layer", true);
                }
            }
        }
        byte[] bytes = Http.JSON.writeValueAsBytes(config);
        Digest digest = registry.pushBlob(target, bytes);
        configurations.add(digest);
        add(manifest.putObject("config"), CONFIG, digest.toString(), bytes.length);
        registry.putManifest(target, job.image().reference(), MediaType.OCI_MANIFEST, Http.JSON.writeValueAsBytes(manifest));
    }

    private RepositoryClient repository(ImageName name) {
        ImageName here = ImageName.of("127.0.0.1:" + registry.port() + "/" + name.repository() + ":any");
        return new RepositoryClient(new Http(URI.create(registry.origin()), Http.Limits.USUAL), here);
    }

    private static void add(ObjectNode descriptor, MediaType type, String digest, long size) {
        descriptor.put("mediaType", type.value()).put("digest", digest).put("size", size);
    }

    /** The options that this builder is chosen with. */
    Surroundings surroundings(Http.Limits limits) {
        return surroundings(new Commands(), limits);
    }

    /** @param commands what ends where a build does */
    Surroundings surroundings(Commands commands, Http.Limits limits) {
        Surroundings real = Surroundings.real();
        return new Surroundings(
                commands,
                (options, others) -> this,
                limits,
                real.logins(),
                real.input(),
                real.clock(),
                real.random());
    }
}
