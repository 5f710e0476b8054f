package dev.strata.agent.builders;

import dev.strata.agent.process.Commands;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/** BuildKit's daemon by its own client, {@code buildctl}. */
final class BuildKitBuilder implements Builder {

    /** As BuildKit of all versions says it. */
    static final Pattern COMMAND_FAILED =
            Pattern.compile("(did not complete successfully|executor failed running .*): exit code: \\d+$");

    private final Commands commands;

    BuildKitBuilder(Commands commands) {
        this.commands = commands;
    }

    @Override
    public String name() {
        return "buildkit";
    }

    @Override
    public Dialect dialect() {
        return Dialect.BUILDKIT;
    }

    @Override
    public ObjectNode stored(ObjectNode image) {
        return StoredConfiguration.byBuildKit(image);
    }

    @Override
    public Map<Integer, Duration> build(Job job, Consumer<String> output) {
        BuildKitTimes times = new BuildKitTimes();
        commands.run(
                words(job),
                job.login().get(),
                line -> {
                    times.read(line);
                    output.accept(line);
                },
                COMMAND_FAILED);
        return times.times();
    }

    private static List<String> words(Job job) {
        String push = "type=image,name=" + job.image() + ",push=true" + (job.plainHttp() ? ",registry.insecure=true" : "");
        List<String> words = new ArrayList<>(List.of("buildctl", "build", "--progress", "plain"));
        words.addAll(List.of("--frontend", "dockerfile.v0"));
        if (job.fate() != Fate.NOT_PUSHED) {
            words.addAll(List.of("--output", push));
        }
        boolean local = Files.isDirectory(Path.of(job.context()));
        words.addAll(List.of(local ? "--local" : "--opt", "context=" + job.context()));
        if (job.dockerfile().isPresent()) {
            Path file = job.dockerfile().get();
            words.addAll(List.of("--opt", "filename=" + file.getFileName(), "--local", "dockerfile=" + file.getParent()));
        } else if (local) {
            words.addAll(List.of("--local", "dockerfile=" + job.context()));
        }
        BuilderOptions options = job.options();
        options.target().ifPresent(target -> words.addAll(List.of("--opt", "target=" + target)));
        for (String argument : options.arguments()) {
            if (argument.indexOf('=') >= 0) {
                words.addAll(List.of("--opt", "build-arg:" + argument));
            } else if (System.getenv(argument) != null) { // buildctl itself does not look there
                words.addAll(List.of("--opt", "build-arg:" + argument + "=" + System.getenv(argument)));
            }
        }
        options.labels().forEach(label -> words.addAll(List.of("--opt", "label:" + label + (label.indexOf('=') < 0 ? "=" : ""))));
        options.platform().ifPresent(platform -> words.addAll(List.of("--opt", "platform=" + platform)));
        options.network().ifPresent(network -> {
            words.addAll(List.of("--opt", "force-network-mode=" + network));
            if (network.equals("host")) {
                words.addAll(List.of("--allow", "network.host"));
            }
        });
        if (options.noCache()) {
            words.add("--no-cache");
        } else if (!options.noCacheFilter().isEmpty()) {
            words.addAll(List.of("--opt", "no-cache=" + String.join(",", options.noCacheFilter())));
        }
        words.addAll(options.further());
        return words;
    }
}
