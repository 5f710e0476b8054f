package dev.strata.dockerfile;

import dev.strata.dockerfile.lines.Directives;
import dev.strata.dockerfile.lines.LineReader;
import dev.strata.dockerfile.lines.LogicalLine;
import dev.strata.dockerfile.text.DockerfileException;
import dev.strata.dockerfile.text.RawText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A Dockerfile: Dockerfile reference of BuildKit's frontend.
 *
 * @param directives its parser directives
 * @param globalArguments the ARG instructions before the first FROM
 * @param stages its stages in their order, one at least
 */
public record Dockerfile(Directives directives, List<Instruction.Arg> globalArguments, List<Stage> stages) {

    private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]{1,9}");

    /**
     * Reads a whole file. Bytes that are no text do no harm in comments; elsewhere they stay what they are, as far as
     * BuildKit leaves them alone ({@link RawText}).
     *
     * @throws DockerfileException with the line and what is wrong on it
     */
    public static Dockerfile parse(byte[] file) {
        return parse(RawText.of(file));
    }

    /**
     * Reads a whole file.
     *
     * @throws DockerfileException with the line and what is wrong on it
     */
    public static Dockerfile parse(String text) {
        LineReader reader = new LineReader(text);
        List<LogicalLine> lines = reader.read();
        InstructionParser parser = new InstructionParser(reader.directives().escape());
        List<Instruction.Arg> arguments = new ArrayList<>();
        List<Stage> stages = new ArrayList<>();
        for (LogicalLine line : lines) {
            Instruction instruction = parser.parse(line);
            if (instruction instanceof Instruction.From from) {
                stages.add(new Stage(stages.size(), from, new ArrayList<>()));
            } else if (!stages.isEmpty()) {
                stages.getLast().instructions().add(instruction);
            } else if (instruction instanceof Instruction.Arg argument) {
                arguments.add(argument);
            } else {
                throw new DockerfileException(line.number(), "before the first FROM only ARG may stand");
            }
        }
        if (stages.isEmpty()) {
            throw new DockerfileException(1, "there is no FROM");
        }
        return new Dockerfile(
                reader.directives().withFrontendOf(text),
                List.copyOf(arguments),
                stages.stream().map(Stage::copy).toList());
    }

    /**
     * The stage of a name in any case, the last of several: what {@code --target} and RUN --mount=from mean.
     *
     * @param before only stages before this one count; {@code stages().size()} for all
     */
    public Optional<Stage> stage(String name, int before) {
        return exactStage(name.toLowerCase(Locale.ROOT), before);
    }

    /** The same for COPY --from, which takes a stage's number too. */
    public Optional<Stage> stageOrNumber(String nameOrNumber, int before) {
        if (!NUMBER.matcher(nameOrNumber).matches()) {
            return stage(nameOrNumber, before);
        }
        int number = Integer.parseInt(nameOrNumber);
        return number >= 0 && number < before ? Optional.of(stages.get(number)) : Optional.empty();
    }

    /** The same for FROM, which asks for the name in lower case. */
    public Optional<Stage> exactStage(String name, int before) {
        return stages.subList(0, before).reversed().stream()
                .filter(stage -> stage.name().equals(Optional.of(name)))
                .findFirst();
    }
}
