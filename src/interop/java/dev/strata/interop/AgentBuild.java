package dev.strata.interop;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** {@code strata.jar build} as a user types it, and what it told. */
record AgentBuild(List<JsonNode> events) {

    static Command command(TestedBuilder builder, BuildContext context, String image, String... options) {
        String[] all = Stream.concat(builder.agentOptions().stream(), Stream.of(options)).toArray(String[]::new);
        return command(builder.name().toLowerCase(Locale.ROOT), context, image, all);
    }

    /** @param builder as the command line names it */
    static Command command(String builder, BuildContext context, String image, String... options) {
        // It ends before what C2 makes of its code could be worth the time, and tests start it a hundred times.
        List<String> words = StrataProcess.program("-XX:TieredStopAtLevel=1");
        words.addAll(List.of("build", "--progress", "json", "--builder", builder));
        words.addAll(List.of("--tag", image));
        words.addAll(List.of(options));
        words.add(context.toString());
        return Command.of(words.toArray(String[]::new));
    }

    static AgentBuild run(TestedBuilder builder, BuildContext context, String image, String... options) {
        return of(command(builder, context, image, options).run());
    }

    static AgentBuild of(Command.Output output) {
        return new AgentBuild(output.standard().lines().map(Registry::json).toList());
    }

    Stream<JsonNode> events(String name) {
        return events.stream().filter(event -> event.get("event").asString().equals(name));
    }

    /** The status of each step that makes a layer, in the order of the Dockerfile. */
    List<String> statuses() {
        return events("step")
                .map(event -> event.get("status").asString())
                .filter(status -> !status.equals("no_layer"))
                .toList();
    }

    /** What the agent said beside its progress. */
    List<String> notes() {
        return events("note").map(event -> event.get("message").asString()).toList();
    }

    /** Why steps missed. */
    List<String> reasons() {
        return events("step")
                .filter(event -> event.get("status").asString().equals("miss"))
                .map(event -> event.get("reason").asString())
                .toList();
    }

    JsonNode finished() {
        return events("finished").findFirst().orElseThrow();
    }
}
