package dev.strata.cache;

import dev.strata.dockerfile.Expansion;
import dev.strata.dockerfile.Instruction;
import dev.strata.oci.History;
import dev.strata.oci.RegistryException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** One line of an image's history, in the form in which the classic builder, BuildKit or buildah write it. */
sealed interface HistoryLine {

    /** How values of instructions without a layer stand in the history. */
    enum Form {
        /** Expanded and without quotes: the classic builder and BuildKit. */
        VALUES,
        /** As they stand in the Dockerfile: buildah. */
        SOURCE
    }

    /** A command of the shell. */
    record Run(List<String> argv, Map<String, String> arguments) implements HistoryLine {}

    /** An instruction without a layer. */
    record Metadata(BuildState after) implements HistoryLine {}

    /** Something else, or a command of which the line does not tell enough. */
    record Other() implements HistoryLine {}

    String BUILDKIT_END = " # buildkit";
    String BUILDKIT_COMMENT = "buildkit.";
    String NO_OPERATION = "#(nop)";
    Pattern ARGUMENTS = Pattern.compile("\\|(\\d{1,4}) (.*)", Pattern.DOTALL);
    Pattern ASSIGNMENT = Pattern.compile("([A-Za-z_][A-Za-z0-9_.-]*)=(.*)", Pattern.DOTALL);

    static boolean isOfBuildKit(History history) {
        return history.createdBy().endsWith(BUILDKIT_END) || history.comment().startsWith(BUILDKIT_COMMENT);
    }

    static HistoryLine of(History history, BuildState state, Form form) {
        String text = history.createdBy().strip();
        if (isOfBuildKit(history)) {
            String line = text.endsWith(BUILDKIT_END) ? text.substring(0, text.length() - BUILDKIT_END.length()) : text;
            return line.startsWith("RUN ") ? run(line.substring("RUN ".length()), state) : metadata(line, state, form);
        }
        for (List<String> shell : List.of(state.shell(), BuildState.DEFAULT_SHELL)) {
            String nothing = String.join(" ", shell) + " " + NO_OPERATION;
            if (text.startsWith(nothing)) {
                return metadata(text.substring(nothing.length()).strip(), state, form);
            }
        }
        return run(text, state);
    }

    /** {@code [|<n> <name>=<value> …] <shell> <command>}. */
    private static HistoryLine run(String text, BuildState state) {
        String shell = String.join(" ", state.shell()) + " ";
        Matcher withArguments = ARGUMENTS.matcher(text);
        if (!withArguments.matches()) {
            return text.startsWith(shell) ? command(text.substring(shell.length()), Map.of(), state) : new Other();
        }
        String rest = withArguments.group(2);
        int end = rest.startsWith(shell) ? 0 : rest.indexOf(" " + shell) + 1;
        if (end == 0 && !rest.startsWith(shell)) {
            return new Other();
        }
        if (rest.indexOf(" " + shell, end) >= 0) {
            return new Other(); // where the values end is not certain, and a value must not become part of the command
        }
        Map<String, String> arguments = assignments(rest.substring(0, end).strip());
        // A value with a space can look like two: whoever cannot tell them apart does not guess.
        boolean isClear = arguments.size() == Integer.parseInt(withArguments.group(1))
                && state.arguments().keySet().containsAll(arguments.keySet());
        return isClear ? command(rest.substring(end + shell.length()), arguments, state) : new Other();
    }

    private static HistoryLine command(String command, Map<String, String> arguments, BuildState state) {
        if (command.isBlank() || command.contains("<<")) {
            return new Other(); // the history does not have the text of a here-document
        }
        List<String> argv = new ArrayList<>(state.shell());
        argv.add(command);
        return new Run(List.copyOf(argv), arguments);
    }

    private static HistoryLine metadata(String line, BuildState state, Form form) {
        String keyword = line.split("\\s", 2)[0];
        String rest = line.substring(keyword.length()).strip();
        try {
            return switch (keyword) {
                case "ENV" -> new Metadata(state.withEnv(form == Form.VALUES ? assignments(rest) : env(line, state)));
                case "ARG" -> new Metadata(state.withArguments(arguments(line, rest, state, form)));
                case "USER" -> new Metadata(state.withUser(form == Form.VALUES ? rest : expand(rest, state)));
                case "WORKDIR" -> new Metadata(state.withCwd(form == Form.VALUES ? rest : expand(rest, state)));
                case "SHELL" -> new Metadata(state.withShell(shell(line, rest)));
                default -> new Other();
            };
        } catch (RegistryException e) {
            return new Other(); // no builder wrote that; the end will not fit
        }
    }

    private static Map<String, String> env(String line, BuildState state) {
        return Instruction.parse(line).expand(expansion(state)) instanceof Instruction.Env env
                ? env.assignments().stream()
                        .collect(Collectors.toMap(
                                Instruction.Assignment::name,
                                Instruction.Assignment::value,
                                (first, last) -> last,
                                LinkedHashMap::new))
                : Map.of();
    }

    private static Map<String, String> arguments(String line, String rest, BuildState state, Form form) {
        if (form == Form.VALUES) {
            Map<String, String> arguments = assignments(rest);
            return arguments.isEmpty() ? Map.of(rest, "") : arguments;
        }
        Map<String, String> arguments = new HashMap<>();
        if (Instruction.parse(line).expand(expansion(state)) instanceof Instruction.Arg arg) {
            arg.variables().forEach(variable -> arguments.put(variable.name(), variable.value().orElse("")));
        }
        return arguments;
    }

    private static String expand(String word, BuildState state) {
        return expansion(state).word(word);
    }

    private static Expansion expansion(BuildState state) {
        return Expansion.of('\\', state.environment(state.arguments()));
    }

    /** {@code ["/bin/bash", "-c"]}, or as the builders print such a list: {@code [/bin/bash -c]}. */
    private static List<String> shell(String line, String rest) {
        if (rest.startsWith("[\"")) {
            return Instruction.parse(line) instanceof Instruction.Shell(var source, List<String> words)
                    ? words
                    : BuildState.DEFAULT_SHELL;
        }
        Optional<String> inner = rest.startsWith("[") && rest.endsWith("]")
                ? Optional.of(rest.substring(1, rest.length() - 1))
                : Optional.empty();
        return inner.map(words -> List.of(words.split(" "))).orElse(BuildState.DEFAULT_SHELL);
    }

    /** {@code A=1 B=2 and more}: what does not begin with a name belongs to the value before it. */
    private static Map<String, String> assignments(String text) {
        Map<String, String> assignments = new LinkedHashMap<>();
        Optional<String> last = Optional.empty();
        for (String word : text.split(" ", -1)) {
            Matcher assignment = ASSIGNMENT.matcher(word);
            if (assignment.matches()) {
                last = Optional.of(assignment.group(1));
                assignments.put(assignment.group(1), assignment.group(2));
            } else {
                last.ifPresent(name -> assignments.computeIfPresent(name, (same, value) -> value + " " + word));
            }
        }
        return assignments;
    }
}
