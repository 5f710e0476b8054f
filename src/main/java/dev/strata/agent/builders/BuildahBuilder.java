package dev.strata.agent.builders;

import dev.strata.agent.process.Commands;
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
    private static final Pattern COMMAND_FAILED =
            Pattern.compile("building at STEP .*while running runtime: exit status \\d+");
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
        String[] words = program.equals("podman")
                ? new String[] {program, "info", "--format", "buildah version {{.Host.BuildahVersion}}"}
                : new String[] {program, "--version"};
        // It is needed only where something has to be run.
        Matcher version = VERSION.matcher(String.join("\n", commands.lines(words).orElse(List.of())));
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
        ObjectNode stored = StoredConfiguration.byBuildKit(image);
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
        job.dockerfile().ifPresent(file -> words.addAll(List.of("--file", file.toString())));
        job.ignoreFile().ifPresent(file -> words.addAll(List.of("--ignorefile", file.toString())));
        words.addAll(List.of("--tag", job.image().toString()));
        BuilderOptions options = job.options();
        options.target().ifPresent(target -> words.addAll(List.of("--target", target)));
        options.arguments().forEach(argument -> words.addAll(List.of("--build-arg", argument)));
        options.labels().forEach(label -> words.addAll(List.of("--label", label)));
        options.platform().ifPresent(platform -> words.addAll(List.of("--platform", platform)));
        options.network().ifPresent(network -> words.addAll(List.of("--network", network)));
        if (options.noCache() || !options.noCacheFilter().isEmpty()) { // it knows no filter
            words.add("--no-cache");
        }
        words.addAll(options.further());
        words.add(job.context());
        BuildahTimes times = new BuildahTimes(job.layerInstructions(), System::nanoTime);
        commands.run(
                words,
                job.login().get(),
                line -> {
                    times.read(line);
                    output.accept(line);
                },
                COMMAND_FAILED);
        if (job.fate() != Fate.NOT_PUSHED) {
            commands.run(List.of(program, "push", tls, job.image().toString()), job.login().get(), output);
        }
        if (job.fate() == Fate.HANDED_OVER) {
            commands.lines(program, "rmi", job.image().toString());
        }
        return times.times();
    }
}
