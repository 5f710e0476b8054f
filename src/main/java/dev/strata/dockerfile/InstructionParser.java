package dev.strata.dockerfile;

import dev.strata.dockerfile.Instruction.Assignment;
import dev.strata.dockerfile.Instruction.Variable;
import dev.strata.dockerfile.lines.Flags;
import dev.strata.dockerfile.lines.LineReader;
import dev.strata.dockerfile.lines.LogicalLine;
import dev.strata.dockerfile.lines.Source;
import dev.strata.dockerfile.text.GoDuration;
import dev.strata.dockerfile.text.RawText;
import dev.strata.dockerfile.text.Space;
import dev.strata.dockerfile.text.SyntaxProblem;
import dev.strata.dockerfile.text.Text;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Makes instructions of logical lines. */
final class InstructionParser {

    private static final Pattern STAGE_NAME = Pattern.compile("[a-z][a-z0-9-_.]*");
    private static final Pattern ONBUILD = Pattern.compile("(?i)^[\t\n\f\r ]*ONBUILD[\t\n\f\r ]*");
    private static final Set<String> NO_TRIGGERS = Set.of("onbuild", "from", "maintainer");
    private static final Set<String> HEALTH_FLAGS =
            Set.of("interval", "timeout", "start-period", "start-interval", "retries");

    private final char escape;

    InstructionParser(char escape) {
        this.escape = escape;
    }

    Instruction parse(LogicalLine line) {
        try {
            return understand(line);
        } catch (SyntaxProblem problem) {
            throw problem.at(line.number());
        }
    }

    private Instruction understand(LogicalLine line) {
        Source source = line.source();
        LineReader.Words words = LineReader.Words.of(source.text(), escape);
        String name = words.name().toUpperCase(Locale.ROOT);
        Arguments arguments =
                new Arguments(name, source, words.flags(), words.arguments(), line.documents(), escape);
        return switch (name) {
            case "FROM" -> from(arguments);
            case "ARG" -> arg(arguments);
            case "ENV" -> new Instruction.Env(source, arguments.withoutFlags().assignments());
            case "LABEL" -> new Instruction.Label(source, arguments.withoutFlags().assignments());
            case "RUN" -> run(arguments);
            case "COPY" -> copy(arguments);
            case "ADD" -> add(arguments);
            case "WORKDIR" -> new Instruction.Workdir(source, arguments.withoutFlags().one());
            case "USER" -> new Instruction.User(source, arguments.withoutFlags().one());
            case "SHELL" -> shell(arguments);
            case "CMD" -> new Instruction.Cmd(source, arguments.withoutFlags().command());
            case "ENTRYPOINT" -> new Instruction.Entrypoint(source, arguments.withoutFlags().command());
            case "EXPOSE" -> new Instruction.Expose(
                    source, arguments.withoutFlags().parted().stream().sorted().toList());
            case "VOLUME" -> volume(arguments);
            // Flags that BuildKit does not look at are left alone: here, of ARG, and of HEALTHCHECK NONE.
            case "STOPSIGNAL" -> new Instruction.StopSignal(source, arguments.one());
            case "HEALTHCHECK" -> healthcheck(arguments);
            case "ONBUILD" -> onBuild(arguments, line);
            case "MAINTAINER" -> new Instruction.Maintainer(source, arguments.withoutFlags().one());
            default -> throw new SyntaxProblem("unknown instruction " + name);
        };
    }

    private static Instruction from(Arguments arguments) {
        Flags flags = arguments.flags(Set.of("platform"));
        List<String> words = arguments.parted();
        boolean named = words.size() == 3 && words.get(1).equalsIgnoreCase("AS");
        if (!named && words.size() != 1) {
            throw new SyntaxProblem("FROM takes an image, or an image AS a name");
        }
        Optional<String> stage = named ? Optional.of(words.get(2).toLowerCase(Locale.ROOT)) : Optional.empty();
        stage.filter(Predicate.not(STAGE_NAME.asMatchPredicate())).ifPresent(name -> {
            throw new SyntaxProblem("'" + name + "' is no name for a stage: it begins with a letter, and goes on with "
                    + "letters, digits, '-', '_' and '.'");
        });
        return new Instruction.From(arguments.source(), words.getFirst(), stage, flags.value("platform"));
    }

    private Instruction arg(Arguments arguments) {
        List<Variable> variables = Text.words(arguments.some(), escape).stream()
                .map(word -> {
                    int equals = word.indexOf('=');
                    if (equals == 0) {
                        throw new SyntaxProblem("ARG needs a name before '='");
                    }
                    return equals < 0
                            ? new Variable(word, Optional.empty())
                            : new Variable(word.substring(0, equals), Optional.of(word.substring(equals + 1)));
                })
                .toList();
        if (variables.isEmpty()) {
            throw new SyntaxProblem("ARG needs an argument");
        }
        return new Instruction.Arg(arguments.source(), variables);
    }

    private static Instruction run(Arguments arguments) {
        Flags flags = arguments.flags(Set.of("mount", "network", "security", "device"));
        flags.all("mount").forEach(Mount::check);
        Instruction.Run run = new Instruction.Run(
                arguments.source(),
                arguments.command(),
                flags.all("mount"),
                flags.value("network"),
                flags.value("security"),
                flags.all("device"));
        run.network().filter(Predicate.not(Set.of("default", "none", "host")::contains)).ifPresent(network -> {
            throw new SyntaxProblem("--network is default, none or host, not '" + network + "'");
        });
        run.security().filter(Predicate.not(Set.of("sandbox", "insecure")::contains)).ifPresent(security -> {
            throw new SyntaxProblem("--security is sandbox or insecure, not '" + security + "'");
        });
        return run;
    }

    private static Instruction copy(Arguments arguments) {
        Flags flags = arguments.flags(Set.of("from", "chown", "chmod", "link", "parents", "exclude"));
        return new Instruction.Copy(
                arguments.source(),
                arguments.sources(),
                arguments.fileDocuments(),
                arguments.destination(),
                flags.value("from"),
                flags.value("chown"),
                flags.value("chmod"),
                flags.isSet("link").orElse(false),
                flags.isSet("parents").orElse(false),
                flags.all("exclude"));
    }

    private static Instruction add(Arguments arguments) {
        Flags flags =
                arguments.flags(Set.of("chown", "chmod", "link", "exclude", "checksum", "keep-git-dir", "unpack"));
        return new Instruction.Add(
                arguments.source(),
                arguments.sources(),
                arguments.fileDocuments(),
                arguments.destination(),
                flags.value("chown"),
                flags.value("chmod"),
                flags.isSet("link").orElse(false),
                flags.all("exclude"),
                flags.value("checksum"),
                flags.isSet("keep-git-dir"),
                flags.isSet("unpack"));
    }

    private static Instruction shell(Arguments arguments) {
        List<String> words = Text.strings(arguments.withoutFlags().some())
                .orElseThrow(() -> new SyntaxProblem("SHELL takes a JSON array of strings"));
        if (words.isEmpty()) {
            throw new SyntaxProblem("SHELL needs at least one word");
        }
        return new Instruction.Shell(arguments.source(), words);
    }

    private static Instruction volume(Arguments arguments) {
        List<String> paths = arguments.withoutFlags().stringsOrParted().stream().map(Space::trim).toList();
        if (paths.isEmpty() || paths.contains("")) {
            throw new SyntaxProblem("VOLUME needs at least one path, and none may be empty");
        }
        return new Instruction.Volume(arguments.source(), paths);
    }

    private static Instruction healthcheck(Arguments arguments) {
        Check check = Check.of(arguments.some());
        String kind = check.kind().toUpperCase(Locale.ROOT);
        String command = check.command();
        Optional<List<String>> words = Text.strings(command);
        Flags flags = kind.equals("NONE") ? Flags.NONE : arguments.flags(HEALTH_FLAGS);
        List<String> test =
                switch (kind) {
                    case "NONE" -> {
                        if (!command.isEmpty()) {
                            throw new SyntaxProblem("HEALTHCHECK NONE takes no arguments");
                        }
                        yield List.of("NONE");
                    }
                    case "CMD" -> {
                        if (command.isEmpty() || words.filter(List::isEmpty).isPresent()) {
                            throw new SyntaxProblem("HEALTHCHECK CMD needs a command");
                        }
                        yield Arguments.join(
                                words.isPresent() ? "CMD" : "CMD-SHELL", words.orElse(List.of(command)));
                    }
                    default -> throw new SyntaxProblem("HEALTHCHECK takes CMD or NONE, not " + kind);
                };
        return new Instruction.Healthcheck(
                arguments.source(),
                test,
                duration(flags, "interval"),
                duration(flags, "timeout"),
                duration(flags, "start-period"),
                duration(flags, "start-interval"),
                flags.value("retries").filter(text -> !text.isEmpty()).map(InstructionParser::retries).orElse(0));
    }

    /** What stands behind HEALTHCHECK, whose parts BuildKit finds byte by byte. */
    private record Check(String kind, String command) {

        static Check of(String text) {
            String bytes = RawText.byByte(text);
            int end = 0;
            while (end < bytes.length() && !Space.is(bytes.charAt(end))) {
                end++;
            }
            int start = end;
            while (start < bytes.length() && Space.is(bytes.charAt(start))) {
                start++;
            }
            return new Check(RawText.ofBytes(bytes.substring(0, end)), RawText.ofBytes(bytes.substring(start)));
        }
    }

    private static Duration duration(Flags flags, String name) {
        Duration duration = flags.value(name)
                .filter(text -> !text.isEmpty())
                .map(GoDuration::parse).orElse(Duration.ZERO);
        if (!duration.isZero() && duration.compareTo(Duration.ofMillis(1)) < 0) {
            throw new SyntaxProblem("--" + name + " is one millisecond at least");
        }
        return duration;
    }

    private static int retries(String text) {
        try {
            int retries = Integer.parseInt(text);
            if (retries >= 0) {
                return retries;
            }
        } catch (NumberFormatException notANumber) {
            // said below, as for a negative one
        }
        throw new SyntaxProblem("--retries is a number, 0 or more, not '" + text + "'");
    }

    /** The trigger itself is understood only by the builds that it is for. */
    private Instruction onBuild(Arguments arguments, LogicalLine line) {
        LineReader.Words trigger = LineReader.Words.of(arguments.withoutFlags().some(), escape);
        checkShape(trigger);
        if (NO_TRIGGERS.contains(trigger.name())) {
            throw new SyntaxProblem(trigger.name().toUpperCase(Locale.ROOT) + " may not stand behind ONBUILD");
        }
        StringBuilder text = new StringBuilder(ONBUILD.matcher(line.text()).replaceFirst(""));
        line.documents().forEach(each -> text.append('\n').append(each.text()).append(each.name()));
        return new Instruction.OnBuild(arguments.source(), text.toString());
    }

    /** What is wrong with an instruction whatever it means. */
    private void checkShape(LineReader.Words words) {
        String text = words.arguments();
        switch (words.name()) {
            case "env", "label" -> checkAssignments(words);
            case "add", "copy", "volume", "cmd", "entrypoint", "run", "shell" -> Text.strings(text);
            case "healthcheck" -> Text.strings(Check.of(text).command());
            case "onbuild" -> checkShape(LineReader.Words.of(text, escape));
            default -> {}
        }
    }

    private void checkAssignments(LineReader.Words words) {
        List<String> pairs = Text.words(words.arguments(), escape);
        boolean isOldForm = !pairs.isEmpty() && pairs.getFirst().indexOf('=') < 0;
        boolean isWhole = isOldForm
                ? Space.BETWEEN_ARGUMENTS.split(words.arguments(), 2).length == 2
                : pairs.stream().allMatch(pair -> pair.indexOf('=') >= 0);
        if (!isWhole) {
            throw new SyntaxProblem(words.name().toUpperCase(Locale.ROOT) + " is written as name=value");
        }
    }
}
