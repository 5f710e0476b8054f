package dev.strata.agent.commandline;

import dev.strata.agent.builders.Builder;
import dev.strata.agent.builders.Dialect;
import dev.strata.agent.connection.Http;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A builder whose own login is not what is tested. It notes what it is handed of the agent's. */
final class BuilderThatMayDoAnything implements Builder {

    private final ScriptedBuilder builder;
    private final Runnable open;
    private final Runnable close;
    private final Map<String, String> handed = new HashMap<>();
    private final List<JsonNode> finds = new ArrayList<>();

    /**
     * @param open lets everybody do everything
     * @param close ends that
     */
    BuilderThatMayDoAnything(ScriptedBuilder builder, Runnable open, Runnable close) {
        this.builder = builder;
        this.open = open;
        this.close = close;
    }

    /** The variables that it got. */
    Map<String, String> handed() {
        return handed;
    }

    /** The configurations that they led it to. */
    List<JsonNode> finds() {
        return finds;
    }

    @Override
    public String name() {
        return builder.name();
    }

    @Override
    public Dialect dialect() {
        return builder.dialect();
    }

    @Override
    public ObjectNode stored(ObjectNode image) {
        return builder.stored(image);
    }

    @Override
    public Map<Integer, Duration> build(Job job, Consumer<String> output) {
        handed.putAll(job.login().get());
        handed.values().forEach(place -> finds.add(read(Path.of(place))));
        open.run();
        try {
            return builder.build(job, output);
        } finally {
            close.run();
        }
    }

    private static JsonNode read(Path place) {
        try {
            Path file = Files.isDirectory(place) ? place.resolve("config.json") : place;
            return Http.JSON.readTree(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
