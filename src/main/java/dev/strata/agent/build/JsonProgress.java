package dev.strata.agent.build;

import dev.strata.agent.cache.Resolution.Blocked;
import dev.strata.agent.cache.Resolution.Bypass;
import dev.strata.agent.cache.Resolution.Hit;
import dev.strata.agent.cache.Resolution.Miss;
import dev.strata.agent.cache.Resolution.StepResult;
import dev.strata.agent.connection.Http;
import dev.strata.agent.plan.PlannedInstruction;
import dev.strata.agent.plan.StagePlan;
import java.io.PrintStream;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Progress for programs: one JSON object on each line, with {@code event} telling what it is. */
final class JsonProgress implements Progress {

    private final PrintStream out;

    JsonProgress(PrintStream out) {
        this.out = out;
    }

    @Override
    public void step(StagePlan stage, PlannedInstruction instruction, Optional<StepResult> result) {
        ObjectNode event = event("step", stage).put("instruction", instruction.text());
        if (!instruction.makesLayer()) {
            event.put("status", "no_layer");
        } else if (instruction.notCached().isPresent()) {
            event.put("status", "not_cached").put("reason", instruction.notCached().get());
        } else {
            result.ifPresentOrElse(said -> put(event, said), () -> event.put("status", "unknown"));
        }
        print(event);
    }

    @Override
    public void found(StagePlan stage, PlannedInstruction instruction, Hit hit) {
        ObjectNode event = event("found", stage).put("instruction", instruction.text());
        put(event, hit);
        print(event);
    }

    private static void put(ObjectNode event, StepResult result) {
        switch (result) {
            case Hit hit -> {
                event.put("status", "hit").put("scope", hit.scope()).put("spared_ms", hit.spared().toMillis());
                if (!hit.origin().isEmpty()) {
                    event.put("origin", hit.origin());
                }
                hit.layer().ifPresent(layer -> event.put("layer", layer.blob().digest().toString())
                        .put("size", layer.blob().size()));
            }
            case Miss miss -> {
                event.put("status", "miss")
                        .put("key", miss.key())
                        .put("reason", miss.reason())
                        .put("detail", miss.detail())
                        .put("held", miss.held());
                if (!miss.paths().named().isEmpty()) {
                    miss.paths().named().forEach(event.putArray("paths")::add);
                    event.put("more", miss.paths().more());
                }
            }
            case Bypass bypass -> event.put("status", "bypass");
            case Blocked blocked -> event.put("status", "blocked");
        }
    }

    @Override
    public void note(String text) {
        print(event("note").put("message", text));
    }

    @Override
    public void waiting(StagePlan stage, PlannedInstruction instruction) {
        print(event("waiting", stage).put("instruction", instruction.text()));
    }

    @Override
    public void building(StagePlan stage, int steps, String builder) {
        print(event("building", stage).put("steps", steps).put("builder", builder));
    }

    @Override
    public void output(String stage, String line) {
        ObjectNode event = event("output").put("line", line);
        print(stage.isEmpty() ? event : event.put("stage", stage));
    }

    @Override
    public void finished(Summary summary) {
        print(event("finished")
                .put("image", summary.image())
                .put("digest", summary.digest())
                .put("hits", summary.hits())
                .put("run", summary.run())
                .put("bytes_spared", summary.bytesSpared())
                .put("ms_spared", summary.timeSpared().toMillis())
                .put("took_ms", summary.took().toMillis()));
    }

    @Override
    public void failed(String message) {
        print(event("failed").put("message", message));
    }

    private static ObjectNode event(String name) {
        return Http.JSON.createObjectNode().put("event", name);
    }

    private static ObjectNode event(String name, StagePlan stage) {
        return event(name).put("stage", stage.name());
    }

    private synchronized void print(ObjectNode event) {
        out.println(Http.JSON.writeValueAsString(event));
    }
}
