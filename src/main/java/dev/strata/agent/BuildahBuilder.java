package dev.strata.agent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/** buildah, or podman, which builds with the same code. A layer for each step is what makes them worth caching. */
final class BuildahBuilder implements Builder {

    private static final Pattern VERSION = Pattern.compile("buildah version (\\S+)");
    /** What OCI's configuration has no place for. */
    private static final List<String> DOCKERS_OWN = List.of("ArgsEscaped", "Healthcheck", "OnBuild", "Shell");

    private final Commands commands;
    private final String program;
    private final String version;

    /** @param program {@code buildah} or {@code podman} */
    BuildahBuilder(Commands commands, String program) {
        this.commands = commands;
        this.program = program;
        this.version = version();
    }

    private String version() {
        List<String> lines = new ArrayList<>();
        List<String> words = program.equals("podman")
                ? List.of(program, "info", "--format", "buildah version {{.Host.BuildahVersion}}")
                : List.of(program, "--version");
        try {
            commands.run(words, Map.of(), lines::add);
        } catch (AgentException notInstalled) {
            return ""; // it is needed only where something has to be run
        }
        Matcher version = VERSION.matcher(String.join("\n", lines));
        return version.find() ? version.group(1) : "";
    }

    @Override
    public String name() {
        return version.isEmpty() ? program : program + " " + version;
    }

    @Override
    public Dialect dialect() {
        return Dialect.BUILDAH;
    }

    @Override
    public ObjectNode stored(ObjectNode image) {
        ObjectNode stored = image.deepCopy();
        if (stored.get("config") instanceof ObjectNode config) {
            config.remove(DOCKERS_OWN);
            if (!version.isEmpty()) {
                config.withObject("Labels").put("io.buildah.version", version);
            }
        }
        return stored;
    }

    @Override
    public Map<Integer, Duration> build(Job job, Consumer<String> output) {
        String tls = "--tls-verify=" + !job.plainHttp();
        List<String> words = new ArrayList<>(List.of(program, "build", "--layers", tls));
        words.addAll(List.of("--file", job.dockerfile().toString(), "--tag", job.image().toString()));
        job.arguments().forEach((name, value) -> words.addAll(List.of("--build-arg", name + "=" + value)));
        job.platform().ifPresent(platform -> words.addAll(List.of("--platform", platform.toString())));
        job.network().ifPresent(network -> words.addAll(List.of("--network", network)));
        if (job.noCache()) {
            words.add("--no-cache");
        }
        words.addAll(job.further());
        words.add(job.context().toString());
        BuildahTimes times = new BuildahTimes(job.layerInstructions(), System::nanoTime);
        commands.run(words, Map.of(), line -> {
            times.read(line);
            output.accept(line);
        });
        commands.run(List.of(program, "push", tls, job.image().toString()), Map.of(), output);
        if (job.temporary()) {
            commands.run(List.of(program, "rmi", job.image().toString()), Map.of(), line -> {});
        }
        return times.times();
    }
}
