package dev.strata.agent.build;

import dev.strata.agent.builders.Dialect;
import dev.strata.agent.connection.Http;
import dev.strata.agent.plan.Base;
import dev.strata.agent.plan.BuildPlan;
import dev.strata.agent.plan.BuildPlanner;
import dev.strata.agent.plan.ImageState;
import dev.strata.agent.plan.PlannedInstruction;
import dev.strata.agent.plan.StagePlan;
import dev.strata.dockerfile.Stage;
import dev.strata.step.BuildState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The part of a stage that is left to the builder: a Dockerfile that starts from what is there already.
 *
 * @param text the Dockerfile
 * @param declarations how many of its instructions only declare again what was in scope; each leaves an entry in the history
 * @param instructions the stage's own instructions in it
 * @param isPinned whether it names all images by their digests
 */
record Rest(String text, int declarations, List<PlannedInstruction> instructions, boolean isPinned) {

    /** The label of an image that nothing else tells from others. */
    static final String MARK = "dev.strata.build";

    /**
     * @param done how many instructions of the stage are in the image that it starts from
     * @param from the image that it starts from
     * @param images the images of the stages that it copies from, by their index
     * @param pins which images the names in an instruction mean
     */
    static Rest of(
            BuildPlan plan,
            StagePlan stage,
            int done,
            String from,
            Map<Integer, String> images,
            Function<PlannedInstruction, Map<String, String>> pins,
            Settings settings) {
        List<String> lines = new ArrayList<>();
        plan.dockerfile().directives().syntax().ifPresent(syntax -> lines.add("# syntax=" + syntax));
        if (plan.dockerfile().directives().escape() != '\\') {
            lines.add("# escape=" + plan.dockerfile().directives().escape());
        }
        // It would be this stage's name otherwise.
        plan.targetStage()
                .ifPresent(name ->
                        lines.add("ARG " + BuildPlanner.TARGET_STAGE + "=" + quoted(name, settings.escape())));
        plan.dockerfile().globalArguments().forEach(argument -> lines.add(argument.source().asWritten().stripTrailing()));
        // Every stage before it keeps its number, since COPY --from may name that.
        for (Stage other : plan.dockerfile().stages().subList(0, stage.index())) {
            String image = Optional.ofNullable(images.get(other.index())).orElse("scratch");
            lines.add("FROM " + image + other.name().map(name -> " AS " + name).orElse(""));
        }
        Stage written = plan.dockerfile().stages().get(stage.index());
        String platform = saysItsPlatform(stage) ? "--platform=" + stage.platform() + " " : "";
        lines.add("FROM " + platform + from + written.name().map(name -> " AS " + name).orElse(""));
        List<String> declarations = declarations(stage, done, settings);
        lines.addAll(declarations);
        List<PlannedInstruction> rest = stage.instructions().subList(done, stage.instructions().size());
        boolean pinned = true;
        for (PlannedInstruction instruction : rest) {
            String text = instruction.instruction().source().asWritten().stripTrailing();
            Optional<String> byDigest = Pins.apply(text, settings.escape(), pins.apply(instruction));
            pinned &= byDigest.isPresent();
            lines.add(byDigest.orElse(text));
        }
        return new Rest(String.join("\n", lines) + "\n", declarations.size(), rest, pinned);
    }

    /**
     * What it depends on how something is declared again.
     *
     * @param dialect of the builder that gets the file
     * @param escape the file's escape character
     * @param arguments those of the command line, which the builder gets too
     * @param mark what makes the image unlike any other, where what it starts from does not
     */
    record Settings(Dialect dialect, char escape, Map<String, String> arguments, Optional<String> mark) {}

    /** A stage that starts from another one is for that one's platform. */
    private static boolean saysItsPlatform(StagePlan stage) {
        return stage.isPlatformWritten() || stage.base() instanceof Base.Stage(StagePlan other) && saysItsPlatform(other);
    }

    /** What is in scope when a number of a stage's instructions is done: its own arguments, and those of a parent stage. */
    private static List<String> declarations(StagePlan stage, int done, Settings settings) {
        ImageState state = stage.stateAfter(done);
        List<String> arguments = new ArrayList<>();
        settings.mark().ifPresent(mark -> arguments.add("LABEL " + MARK + "=" + mark));
        List<String> hidden = new ArrayList<>();
        state.visibleArguments().forEach((name, visible) -> {
            Optional<String> value =
                    state.argument(name).filter(given -> !settings.arguments().containsKey(name));
            arguments.add("ARG " + name + value.map(given -> "=" + quoted(given, settings.escape())).orElse(""));
            // An ENV behind the ARG had the last word.
            if (state.argument(name).filter(given -> !given.equals(visible)).isPresent()) {
                hidden.add("ENV " + name + "=" + quoted(visible, settings.escape()));
            }
        });
        arguments.addAll(hidden);
        if (done > 0 && settings.dialect() == Dialect.BUILDAH && !state.seen().shell().equals(BuildState.DEFAULT_SHELL)) {
            // OCI's configuration has no place for it.
            arguments.add("SHELL " + Http.JSON.writeValueAsString(state.seen().shell()));
        }
        return arguments;
    }

    private static String quoted(String value, char escape) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : value.toCharArray()) {
            if (c == '"' || c == '$' || c == escape) {
                quoted.append(escape);
            }
            quoted.append(c);
        }
        return quoted.append('"').toString();
    }

    /** The numbers of the instructions that make layers, counted from 0 behind FROM. */
    List<Integer> layerInstructions() {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < instructions.size(); i++) {
            if (instructions.get(i).makesLayer()) {
                numbers.add(declarations + i);
            }
        }
        return numbers;
    }
}
