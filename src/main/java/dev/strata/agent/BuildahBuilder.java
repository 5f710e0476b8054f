package dev.strata.agent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** buildah, or podman, which builds with the same code. A layer for each step is what makes them worth caching. */
final class BuildahBuilder implements Builder {

    private final Commands commands;
    private final String program;

    /** @param program {@code buildah} or {@code podman} */
    BuildahBuilder(Commands commands, String program) {
        this.commands = commands;
        this.program = program;
    }

    @Override
    public String name() {
        return program;
    }

    @Override
    public Dialect dialect() {
        return Dialect.BUILDAH;
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
