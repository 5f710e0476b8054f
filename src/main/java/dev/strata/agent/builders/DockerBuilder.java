package dev.strata.agent.builders;

import dev.strata.agent.images.ImageName;
import dev.strata.agent.process.Commands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/**
 * The docker engine with the BuildKit in it, or another builder of docker's own client where {@code BUILDX_BUILDER} names
 * one. Such a builder keeps its images for itself, so that it has to push them too.
 */
final class DockerBuilder implements Builder {

    private static final String STOP_TIMEOUT = "StopTimeout";
    private static final Pattern DRIVER = Pattern.compile("Driver:\\s*(\\S+)");
    /** From this version on the engine writes histories as BuildKit itself does. */
    private static final int CURRENT = 23;

    private final Commands commands;
    private final String version;
    private final Optional<String> otherBuilder;

    /** @param environment the agent's own */
    DockerBuilder(Commands commands, Map<String, String> environment) {
        this.commands = commands;
        this.otherBuilder = Optional.ofNullable(environment.get("BUILDX_BUILDER"))
                .filter(name -> !name.isEmpty() && !isTheEngine());
        this.version = otherBuilder.isPresent() ? "" : version();
    }

    /** Where there is no engine nothing can be run, but what is there already can be put together. */
    private String version() {
        return commands.lines("docker", "version", "--format", "{{.Server.Version}}").map(List::getLast).orElse("");
    }

    /** Whether the builder that is chosen is the engine's own. */
    private boolean isTheEngine() {
        return commands.lines("docker", "buildx", "inspect").stream()
                .flatMap(List::stream)
                .map(DRIVER::matcher)
                .anyMatch(driver -> driver.matches() && driver.group(1).equals("docker"));
    }

    @Override
    public String name() {
        return otherBuilder.map(name -> "buildx " + name).orElse(version.isEmpty() ? "docker" : "docker " + version);
    }

    @Override
    public Dialect dialect() {
        String major = version.replaceAll("\\..*", "");
        boolean current = !major.matches("\\d{1,4}") || Integer.parseInt(major) >= CURRENT;
        return current ? Dialect.BUILDKIT : Dialect.DOCKER_20;
    }

    @Override
    public ObjectNode stored(ObjectNode image) {
        ObjectNode stored = StoredConfiguration.byBuildKit(image);
        if (dialect() == Dialect.DOCKER_20 && stored.get("config") instanceof ObjectNode config) {
            if (!config.has("OnBuild")) {
                config.putNull("OnBuild"); // these engines leave no empty list out
            }
            if (image.path("config").path(STOP_TIMEOUT).isNumber()) { // and know one field more
                config.set(STOP_TIMEOUT, image.path("config").path(STOP_TIMEOUT));
            }
        }
        return stored;
    }

    /** The engine prefers an image that it has; one that was never pulled nor pushed can only have been made here. */
    @Override
    public boolean hasOwn(ImageName image) {
        return otherBuilder.isEmpty()
                && commands.lines("docker", "image", "inspect", "--format", "{{json .RepoDigests}}", image.toString())
                        .map(List::getLast)
                        .filter(digests -> digests.equals("[]") || digests.equals("null"))
                        .isPresent();
    }

    @Override
    public Map<Integer, Duration> build(Job job, Consumer<String> output) {
        List<String> words = new ArrayList<>(List.of("docker"));
        if (otherBuilder.isPresent()) {
            words.add("buildx");
        }
        words.addAll(List.of("build", "--progress", "plain"));
        job.dockerfile().ifPresent(file -> words.addAll(List.of("--file", file.toString())));
        words.addAll(List.of("--tag", job.image().toString()));
        if (otherBuilder.isPresent() && job.fate() != Fate.NOT_PUSHED) {
            words.addAll(List.of("--output", "type=registry" + (job.plainHttp() ? ",registry.insecure=true" : "")));
        }
        addOptions(job.options(), words);
        words.add(job.context());
        BuildKitTimes times = new BuildKitTimes();
        commands.run(
                words,
                environment(job),
                line -> {
                    times.read(line);
                    output.accept(line);
                },
                BuildKitBuilder.COMMAND_FAILED);
        if (otherBuilder.isEmpty() && job.fate() != Fate.NOT_PUSHED) {
            commands.run(List.of("docker", "push", job.image().toString()), environment(job), output);
            if (job.fate() == Fate.HANDED_OVER) {
                commands.lines("docker", "image", "rm", job.image().toString());
            }
        }
        return times.times();
    }

    private static Map<String, String> environment(Job job) {
        Map<String, String> environment = new HashMap<>(job.login().get());
        environment.put("DOCKER_BUILDKIT", "1");
        if (job.fate() == Fate.HANDED_OVER) {
            environment.put("BUILDX_NO_DEFAULT_ATTESTATIONS", "1"); // they would be thrown away, and more to push
        }
        return environment;
    }

    private void addOptions(BuilderOptions options, List<String> words) {
        options.target().ifPresent(target -> words.addAll(List.of("--target", target)));
        options.arguments().forEach(argument -> words.addAll(List.of("--build-arg", argument)));
        options.labels().forEach(label -> words.addAll(List.of("--label", label)));
        options.platform().ifPresent(platform -> words.addAll(List.of("--platform", platform)));
        options.network().ifPresent(network -> words.addAll(List.of("--network", network)));
        if (options.noCache()) {
            words.add("--no-cache");
        } else if (!options.noCacheFilter().isEmpty()) {
            // Clients without buildx know no filter. They run everything afresh, which is more than was wanted and right.
            boolean filters = commands.lines("docker", "buildx", "version").isPresent();
            words.addAll(filters
                    ? List.of("--no-cache-filter", String.join(",", options.noCacheFilter()))
                    : List.of("--no-cache"));
        }
        words.addAll(options.further());
    }
}
