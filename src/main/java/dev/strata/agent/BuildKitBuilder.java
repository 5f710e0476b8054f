package dev.strata.agent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** BuildKit's daemon by its own client, {@code buildctl}. */
final class BuildKitBuilder implements Builder {

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
    public Map<Integer, Duration> build(Job job, Consumer<String> output) {
        String file = job.dockerfile().getFileName().toString();
        String push = "type=image,name=" + job.image() + ",push=true" + (job.plainHttp() ? ",registry.insecure=true" : "");
        List<String> words = new ArrayList<>(List.of("buildctl", "build", "--progress", "plain"));
        words.addAll(List.of("--frontend", "dockerfile.v0", "--opt", "filename=" + file));
        words.addAll(List.of("--local", "dockerfile=" + job.dockerfile().getParent()));
        words.addAll(List.of("--local", "context=" + job.context(), "--output", push));
        job.arguments().forEach((name, value) -> words.addAll(List.of("--opt", "build-arg:" + name + "=" + value)));
        job.platform().ifPresent(platform -> words.addAll(List.of("--opt", "platform=" + platform)));
        job.network().ifPresent(network -> {
            words.addAll(List.of("--opt", "force-network-mode=" + network));
            if (network.equals("host")) {
                words.addAll(List.of("--allow", "network.host"));
            }
        });
        if (job.noCache()) {
            words.add("--no-cache");
        }
        words.addAll(job.further());
        BuildKitTimes times = new BuildKitTimes();
        commands.run(words, Map.of(), line -> {
            times.read(line);
            output.accept(line);
        });
        return times.times();
    }
}
