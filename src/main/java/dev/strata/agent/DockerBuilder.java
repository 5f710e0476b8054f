package dev.strata.agent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/** The docker engine, with the BuildKit in it. */
final class DockerBuilder implements Builder {

    private static final Map<String, String> ENVIRONMENT = Map.of("DOCKER_BUILDKIT", "1");
    /** From this version on the engine writes histories as BuildKit itself does. */
    private static final int CURRENT = 23;

    private final Commands commands;
    private final String version;

    DockerBuilder(Commands commands) {
        this.commands = commands;
        this.version = version(commands);
    }

    /** Where there is no engine nothing can be run, but what is there already can be put together. */
    private static String version(Commands commands) {
        List<String> lines = new ArrayList<>();
        try {
            commands.run(List.of("docker", "version", "--format", "{{.Server.Version}}"), Map.of(), lines::add);
        } catch (AgentException noEngine) {
            return "";
        }
        return lines.isEmpty() ? "" : lines.getLast();
    }

    @Override
    public String name() {
        return version.isEmpty() ? "docker" : "docker " + version;
    }

    @Override
    public Dialect dialect() {
        String major = version.replaceAll("\\..*", "");
        boolean current = !major.matches("\\d{1,4}") || Integer.parseInt(major) >= CURRENT;
        return current ? Dialect.BUILDKIT : Dialect.DOCKER_20;
    }

    @Override
    public ObjectNode stored(ObjectNode image) {
        ObjectNode stored = image.deepCopy();
        if (dialect() == Dialect.DOCKER_20
                && stored.get("config") instanceof ObjectNode config
                && !config.has("OnBuild")) {
            config.putNull("OnBuild"); // these engines leave no empty list out
        }
        return stored;
    }

    @Override
    public Map<Integer, Duration> build(Job job, Consumer<String> output) {
        List<String> words = new ArrayList<>(List.of("docker", "build", "--progress", "plain"));
        words.addAll(List.of("--file", job.dockerfile().toString(), "--tag", job.image().toString()));
        job.arguments().forEach((name, value) -> words.addAll(List.of("--build-arg", name + "=" + value)));
        job.platform().ifPresent(platform -> words.addAll(List.of("--platform", platform.toString())));
        job.network().ifPresent(network -> words.addAll(List.of("--network", network)));
        if (job.noCache()) {
            words.add("--no-cache");
        }
        words.addAll(job.further());
        words.add(job.context().toString());
        BuildKitTimes times = new BuildKitTimes();
        commands.run(words, ENVIRONMENT, line -> {
            times.read(line);
            output.accept(line);
        });
        commands.run(List.of("docker", "push", job.image().toString()), ENVIRONMENT, output);
        if (job.temporary()) {
            commands.run(List.of("docker", "image", "rm", job.image().toString()), ENVIRONMENT, line -> {});
        }
        return times.times();
    }
}
