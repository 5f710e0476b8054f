package dev.strata.cache.derivation;

import dev.strata.dockerfile.Instruction;
import dev.strata.dockerfile.words.Expansion;
import dev.strata.oci.History;
import dev.strata.problem.RegistryException;
import dev.strata.step.BuildState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of an image's history, in the form in which the classic builder, BuildKit or buildah write it. Reading one
 * takes time in proportion to its length.
 */
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

    record Env(Map<String, String> variables) implements HistoryLine {}

    record Arg(Map<String, Optional<String>> variables) implements HistoryLine {}

    record User(String name) implements HistoryLine {}

    record Workdir(String path) implements HistoryLine {}

    record Shell(List<String> words) implements HistoryLine {}

    /** Something else, or a command of which the line does not tell enough. */
    record Other() implements HistoryLine {}

    String BUILDKIT_END = " # buildkit";
    String BUILDKIT_COMMENT = "buildkit.";
    String NO_OPERATION = "#(nop)";
    Pattern ARGUMENTS = Pattern.compile("\\|(\\d{1,4}) (.*)", Pattern.DOTALL);
    Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");
    Pattern SPACE = Pattern.compile("\\s");
    Pattern REPLACEMENT = Pattern.compile("\\$\\{[^/{}$]*/");

    /** Characters that an instruction may have when its variables are expanded. */
    long LONGEST_EXPANDED = 2 * 1024 * 1024;

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

    /** Sets up what the line sets up; a command and what is not understood set up nothing. */
    default void applyTo(BuildState state) {
        switch (this) {
            case Env(var variables) -> variables.forEach(state::setEnv);
            case Arg(var variables) -> variables.forEach(state::declare);
            case User(String name) -> state.setUser(name);
            case Workdir(String path) -> state.enter(path);
            case Shell(var words) -> state.setShell(words);
            case Run run -> {}
            case Other other -> {}
        }
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
                && arguments.keySet().stream().allMatch(state.arguments()::containsKey);
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
        Matcher space = SPACE.matcher(line);
        String keyword = space.find() ? line.substring(0, space.start()) : line;
        String rest = line.substring(keyword.length()).strip();
        try {
            return form == Form.VALUES ? values(keyword, line, rest) : source(keyword, line, rest, state);
        } catch (RegistryException e) {
            return new Other(); // no builder wrote that; the end will not fit
        }
    }

    private static HistoryLine values(String keyword, String line, String rest) {
        return switch (keyword) {
            case "ENV" -> new Env(assignments(rest));
            case "ARG" -> new Arg(NAME.matcher(rest).matches() ? Map.of(rest, Optional.empty()) : withValues(assignments(rest)));
            case "USER" -> new User(rest);
            case "WORKDIR" -> new Workdir(rest);
            case "SHELL" -> new Shell(shell(line, rest));
            default -> new Other();
        };
    }

    private static HistoryLine source(String keyword, String line, String rest, BuildState state) {
        if (!List.of("ENV", "ARG", "USER", "WORKDIR", "SHELL").contains(keyword) || growsTooMuch(rest, state)) {
            return new Other();
        }
        Expansion expansion = Expansion.of('\\', state.visible());
        return switch (keyword) {
            case "USER" -> new User(expansion.word(rest));
            case "WORKDIR" -> new Workdir(expansion.word(rest));
            case "SHELL" -> new Shell(shell(line, rest));
            default -> variables(Instruction.parse(line).expand(expansion));
        };
    }

    private static HistoryLine variables(Instruction instruction) {
        return switch (instruction) {
            case Instruction.Env env -> {
                Map<String, String> variables = new LinkedHashMap<>();
                env.assignments().forEach(each -> variables.put(each.name(), each.value()));
                yield new Env(variables);
            }
            case Instruction.Arg arg -> {
                Map<String, Optional<String>> declared = new LinkedHashMap<>();
                arg.variables().forEach(each -> declared.put(each.name(), each.value()));
                yield new Arg(declared);
            }
            default -> new Other();
        };
    }

    /** A value that is named in another one again and again doubles each time. What replaces parts of it is worse. */
    private static boolean growsTooMuch(String text, BuildState state) {
        long named = text.chars().filter(character -> character == '$').count();
        return text.length() + named * state.longestValue() > LONGEST_EXPANDED
                || named > 0 && REPLACEMENT.matcher(text).find();
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
        Optional<String> name = Optional.empty();
        int value = 0;
        for (int word = 0; word <= text.length(); word = endOfWord(text, word) + 1) {
            int equals = equalsOfAssignment(text, word);
            if (equals >= 0) {
                if (name.isPresent()) {
                    assignments.put(name.get(), text.substring(value, word - 1));
                }
                name = Optional.of(text.substring(word, equals));
                value = equals + 1;
            }
        }
        if (name.isPresent()) {
            assignments.put(name.get(), text.substring(value));
        }
        return assignments;
    }

    private static Map<String, Optional<String>> withValues(Map<String, String> assignments) {
        Map<String, Optional<String>> declared = new LinkedHashMap<>();
        assignments.forEach((name, value) -> declared.put(name, Optional.of(value)));
        return declared;
    }

    private static int endOfWord(String text, int from) {
        int space = text.indexOf(' ', from);
        return space < 0 ? text.length() : space;
    }

    /** Where the name ends that the word begins with; negative where it begins with none. */
    private static int equalsOfAssignment(String text, int word) {
        Matcher name = NAME.matcher(text).region(word, endOfWord(text, word));
        return name.lookingAt() && name.end() < text.length() && text.charAt(name.end()) == '=' ? name.end() : -1;
    }
}
