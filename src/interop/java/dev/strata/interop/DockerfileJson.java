package dev.strata.interop;

import dev.strata.dockerfile.CommandLine;
import dev.strata.dockerfile.Dockerfile;
import dev.strata.dockerfile.Instruction;
import dev.strata.dockerfile.Mount;
import dev.strata.dockerfile.Stage;
import dev.strata.dockerfile.lines.Directives;
import dev.strata.dockerfile.lines.HereDocument;
import dev.strata.dockerfile.text.DockerfileException;
import dev.strata.dockerfile.text.RawText;
import dev.strata.dockerfile.words.Expansion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What Strata reads in a Dockerfile, in the shape in which {@link BuildKitReader} tells what BuildKit reads. */
final class DockerfileJson {

    /** What instructions are expanded with; the reader has the same. */
    static final Map<String, String> SURROUNDINGS = Map.of(
            "A", "one two", "B", "", "C", "a/b/c.tar.gz", "D", "*", "HOME", "/root", "É", "é", "_x", "1", "P", "80-82");

    private static final Map<String, Object> ERROR = Map.of("error", true);
    private static final Pattern SIZE = Pattern.compile("(?i)[+]?([0-9.]+) ?([kmgtp]?).*");

    private DockerfileJson() {}

    static Object of(byte[] file) {
        Map<String, Object> json = new HashMap<>();
        String text = RawText.of(file);
        Dockerfile dockerfile;
        try {
            dockerfile = Dockerfile.parse(text);
        } catch (DockerfileException refused) {
            json.put("error", true);
            return json;
        }
        dockerfile.directives().syntax().ifPresent(syntax -> json.put("syntax", syntax));
        Expansion expansion = Expansion.of(dockerfile.directives().escape(), SURROUNDINGS);
        json.put("escape", String.valueOf(dockerfile.directives().escape()));
        json.put("arguments", dockerfile.globalArguments().stream().map(each -> instruction(each, expansion)).toList());
        json.put("stages", dockerfile.stages().stream().map(each -> stage(each, expansion)).toList());
        return json;
    }

    /** The frontend alone, which also is found in what is no Dockerfile. */
    static Optional<String> syntax(byte[] file) {
        return Directives.frontend(RawText.of(file));
    }

    private static Object stage(Stage stage, Expansion expansion) {
        Map<String, Object> json = new HashMap<>();
        json.put("line", stage.from().source().line());
        json.put("name", stage.name().orElse(""));
        json.put("code", stage.from().source().text());
        String platform = stage.from().platform().orElse("");
        json.put("image", both(stage.from().image(), expansion));
        json.put("platform", both(platform, expansion));
        json.put("instructions", stage.instructions().stream().map(each -> instruction(each, expansion)).toList());
        return json;
    }

    private static Object both(String word, Expansion expansion) {
        return Map.of("is", word, "expanded", orError(() -> expansion.word(word)));
    }

    private static Object orError(Supplier<Object> value) {
        try {
            return value.get();
        } catch (DockerfileException refused) {
            return ERROR;
        }
    }

    private static Object instruction(Instruction instruction, Expansion expansion) {
        Map<String, Object> json = new HashMap<>();
        json.put("line", instruction.source().line());
        json.put("is", describe(instruction, Optional.empty()));
        if (!(instruction instanceof Instruction.Arg)) {
            json.put("expanded", orError(() -> describe(instruction.expand(expansion), Optional.of(expansion))));
        }
        return json;
    }

    private static Object describe(Instruction instruction, Optional<Expansion> expansion) {
        Map<String, Object> json = new HashMap<>();
        switch (instruction) {
            case Instruction.From from -> json.put("image", from.image());
            case Instruction.Arg arg -> json.put("variables", arg.variables().stream()
                    .map(each -> pair(each.name(), each.value().orElse(null)))
                    .toList());
            case Instruction.Env env -> json.put("assignments", assignments(env.assignments()));
            case Instruction.Label label -> json.put("assignments", assignments(label.assignments()));
            case Instruction.Maintainer maintainer -> json.put("name", maintainer.name());
            case Instruction.Add add -> {
                transfer(add, json);
                json.put("checksum", add.checksum().orElse(""));
                json.put("keepGitDir", add.keepGitDir().orElse(null));
                json.put("unpack", add.unpack().orElse(null));
            }
            case Instruction.Copy copy -> {
                transfer(copy, json);
                json.put("from", copy.from().orElse(""));
                json.put("parents", copy.parents());
            }
            case Instruction.OnBuild onBuild -> {
                json.put("trigger", onBuild.trigger());
                json.put("parsed", orError(() -> trigger(onBuild.trigger())));
            }
            case Instruction.Workdir workdir -> json.put("path", workdir.path());
            case Instruction.Run run -> {
                json.put("command", command(run.command()));
                json.put("network", run.network().orElse("default"));
                json.put("security", run.security().orElse("sandbox"));
                expansion.ifPresent(with -> json.put("mounts", run.mounts(with).stream()
                        .map(DockerfileJson::mount)
                        .toList()));
            }
            case Instruction.Cmd cmd -> json.put("command", command(cmd.command()));
            case Instruction.Entrypoint entrypoint -> json.put("command", command(entrypoint.command()));
            case Instruction.Healthcheck check -> {
                json.put("test", check.test());
                json.put("interval", check.interval().toNanos());
                json.put("timeout", check.timeout().toNanos());
                json.put("startPeriod", check.startPeriod().toNanos());
                json.put("startInterval", check.startInterval().toNanos());
                json.put("retries", check.retries());
            }
            case Instruction.Expose expose -> json.put("ports", expose.ports());
            case Instruction.User user -> json.put("name", user.name());
            case Instruction.Volume volume -> json.put("paths", volume.paths());
            case Instruction.StopSignal signal -> json.put("signal", signal.signal());
            case Instruction.Shell shell -> json.put("words", shell.words());
        }
        return json;
    }

    private static Object trigger(String text) {
        Instruction parsed = Instruction.parse(text);
        return parsed instanceof Instruction.From ? ERROR : describe(parsed, Optional.empty());
    }

    private static List<Object> pair(String name, @Nullable String value) {
        List<Object> pair = new ArrayList<>();
        pair.add(name);
        pair.add(value);
        return pair;
    }

    private static Object assignments(List<Instruction.Assignment> assignments) {
        return assignments.stream().map(each -> pair(each.name(), each.value())).toList();
    }

    private static void transfer(Instruction.Transfer transfer, Map<String, Object> json) {
        json.put("chown", transfer.chown().orElse(""));
        json.put("chmod", transfer.chmod().orElse(""));
        json.put("link", transfer.link());
        json.put("exclude", transfer.exclude());
        json.put("files", Map.of(
                "sources", transfer.sources(),
                "documents", transfer.documents().stream()
                        .map(each -> Map.of("name", each.name(), "content", each.content()))
                        .toList(),
                "destination", transfer.destination()));
    }

    private static Object command(CommandLine command) {
        return Map.of(
                "words", command.words(),
                "inShell", command.inShell(),
                "documents", command.documents().stream().map(DockerfileJson::document).toList());
    }

    private static Object document(HereDocument document) {
        return Map.of("name", document.name(), "text", document.text(), "stripsTabs", document.stripsTabs());
    }

    private static Object mount(Mount mount) {
        Map<String, Object> json = new HashMap<>();
        json.put("type", mount.type().name().toLowerCase(java.util.Locale.ROOT));
        json.put("from", mount.from().orElse(""));
        json.put("source", mount.source().orElse(""));
        json.put("target", mount.target().orElse(""));
        json.put("readOnly", mount.readOnly());
        json.put("id", mount.id().orElse(""));
        json.put("sharing", mount.options().getOrDefault("sharing", "").toLowerCase(java.util.Locale.ROOT));
        json.put("required", Boolean.valueOf(mount.options().getOrDefault("required", "false")));
        json.put("size", Optional.ofNullable(mount.options().get("size")).map(DockerfileJson::bytes).orElse(0L));
        json.put("env", mount.options().get("env"));
        json.put("mode", Optional.ofNullable(mount.options().get("mode")).map(text -> Long.parseLong(text, 8)).orElse(null));
        json.put("uid", Optional.ofNullable(mount.options().get("uid")).map(Long::parseLong).orElse(null));
        json.put("gid", Optional.ofNullable(mount.options().get("gid")).map(Long::parseLong).orElse(null));
        return json;
    }

    private static long bytes(String size) {
        Matcher matcher = SIZE.matcher(size);
        if (!matcher.matches()) {
            throw new AssertionError(size + " is no size");
        }
        int power = " kmgtp".indexOf(matcher.group(2).isEmpty() ? ' ' : Character.toLowerCase(matcher.group(2).charAt(0)));
        return (long) (Double.parseDouble(matcher.group(1)) * Math.pow(1024, power));
    }
}
