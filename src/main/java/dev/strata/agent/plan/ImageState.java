package dev.strata.agent.plan;

import dev.strata.agent.builders.Dialect;
import dev.strata.agent.connection.Http;
import dev.strata.dockerfile.CommandLine;
import dev.strata.dockerfile.Instruction;
import dev.strata.dockerfile.words.Expansion;
import dev.strata.oci.ImageConfig;
import dev.strata.oci.Platform;
import dev.strata.step.AbsolutePath;
import dev.strata.step.BuildState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An image in the making: its configuration, and what the instructions of a stage see, replayed as the builders do.
 * Changed by {@link #apply}; {@link #copy} keeps a moment of it.
 */
public final class ImageState {

    /** Those that BuildKit does not write down. */
    private static final Set<String> USUAL_VARIANTS = Set.of("amd64/v1", "arm64/v8");

    private final Dialect dialect;
    private final char escape;
    /** The whole configuration but for layers and history. */
    private final ObjectNode image;
    /** What was given on the command line. */
    private final Map<String, String> buildArguments;
    private final Map<String, String> globalArguments;
    private final BuildState seen;
    /** Of the declared arguments, those that the history lists. */
    private final Set<String> listed = new HashSet<>();
    private boolean commandSet;

    /** @param base the base's configuration but for layers and history */
    ImageState(
            ObjectNode base,
            Dialect dialect,
            char escape,
            Map<String, String> buildArguments,
            Map<String, String> globalArguments) {
        this(base, seenOn(base, dialect), dialect, escape, buildArguments, globalArguments);
        String path = seen.visible().get(BuildState.PATH);
        if (path != null) {
            writeVariable(BuildState.PATH, path); // as the builders do
        }
    }

    private ImageState(
            ObjectNode image,
            BuildState seen,
            Dialect dialect,
            char escape,
            Map<String, String> buildArguments,
            Map<String, String> globalArguments) {
        this.image = image.deepCopy();
        this.seen = seen;
        this.dialect = dialect;
        this.escape = escape;
        this.buildArguments = buildArguments;
        this.globalArguments = globalArguments;
        if (!(this.image.get("config") instanceof ObjectNode)) {
            this.image.putObject("config");
        }
    }

    private static BuildState seenOn(ObjectNode base, Dialect dialect) {
        return BuildState.onImage(ImageConfig.parse(Http.JSON.writeValueAsBytes(base)), dialect.scoping());
    }

    /** What a stage begins with that starts from the end of this one: its image, and what commands saw there of ARG. */
    ImageState inherited() {
        ImageState inherited =
                new ImageState(image, seen.inherited(), dialect, escape, buildArguments, globalArguments);
        if (dialect == Dialect.BUILDKIT) {
            inherited.listed.addAll(listed);
        }
        return inherited;
    }

    /** The same with an image that says that it is for a platform. */
    ImageState markedFor(Platform platform) {
        ImageState marked = copy();
        ObjectNode json = marked.image;
        boolean isAlready = json.path("os").asString("").equals(platform.os())
                && json.path("architecture").asString("").equals(platform.architecture());
        json.put("os", platform.os()).put("architecture", platform.architecture());
        if (platform.variant().isPresent() || !isAlready) {
            json.remove("variant");
            platform.variant()
                    .filter(variant -> !USUAL_VARIANTS.contains(platform.architecture() + "/" + variant))
                    .ifPresent(variant -> json.put("variant", variant));
        }
        if (!isAlready) {
            json.remove("os.version");
        }
        return marked;
    }

    /** A moment that later instructions do not change. */
    ImageState copy() {
        ImageState copy = new ImageState(image, seen.copy(), dialect, escape, buildArguments, globalArguments);
        copy.listed.addAll(listed);
        copy.commandSet = commandSet;
        return copy;
    }

    Dialect dialect() {
        return dialect;
    }

    /** The configuration but for layers and history. */
    public ObjectNode image() {
        return image.deepCopy();
    }

    /** The commands that builds on this image run first; from here on they are done. */
    List<String> takeTriggers() {
        List<String> triggers = strings("OnBuild");
        config().remove("OnBuild");
        return triggers;
    }

    /** What a command sees. */
    public BuildState seen() {
        return seen;
    }

    /** As the configuration has it. */
    String workingDir() {
        String written = config().path("WorkingDir").asString("");
        return written.startsWith("/") ? written : AbsolutePath.of("/", written);
    }

    public Optional<String> argument(String name) {
        return seen.arguments().getOrDefault(name, Optional.empty());
    }

    /** The declared arguments with what a command sees of them. */
    public Map<String, String> visibleArguments() {
        Map<String, String> visible = new LinkedHashMap<>();
        seen.arguments().forEach((name, value) -> {
            // buildah leaves out what has no value.
            if (value.isPresent() || dialect != Dialect.BUILDAH) {
                visible.put(name, seen.visible().getOrDefault(name, value.orElse("")));
            }
        });
        return visible;
    }

    /** Those of them that the history lists before a command: older docker engines leave a parent stage's out. */
    Map<String, String> listedArguments() {
        Map<String, String> visible = visibleArguments();
        visible.keySet().retainAll(listed);
        return visible;
    }

    public Expansion expansion() {
        return Expansion.of(escape, seen.visible());
    }

    /** Carries an instruction out, as far as the configuration is concerned, and gives it back expanded. */
    Instruction apply(Instruction written) {
        Instruction instruction = written instanceof Instruction.Arg ? written : written.expand(expansion());
        seen.apply(instruction);
        switch (instruction) {
            case Instruction.From from -> throw new IllegalArgumentException("FROM opens a stage");
            case Instruction.Arg arg -> arg.variables().forEach(this::declare);
            case Instruction.Env env -> env.assignments().forEach(each -> writeVariable(each.name(), each.value()));
            case Instruction.Label label -> putAll(
                    "Labels",
                    label.assignments().stream().map(each -> Map.entry(each.name(), image.stringNode(each.value()))));
            case Instruction.Workdir workdir -> config().put("WorkingDir", directory(workdir.path()));
            case Instruction.User user -> config().put("User", user.name());
            case Instruction.Shell shell -> set("Shell", shell.words());
            case Instruction.Cmd cmd -> {
                setCommand("Cmd", cmd.command());
                commandSet = true;
            }
            case Instruction.Entrypoint entrypoint -> {
                setCommand("Entrypoint", entrypoint.command());
                if (!commandSet) {
                    config().remove("Cmd");
                }
            }
            case Instruction.Expose expose -> putAll("ExposedPorts", Ports.of(expose.ports()).stream().map(this::set));
            case Instruction.Volume volume -> putAll("Volumes", volume.paths().stream().map(this::set));
            case Instruction.StopSignal stopSignal -> config().put("StopSignal", stopSignal.signal());
            case Instruction.Healthcheck healthcheck -> setHealthcheck(healthcheck);
            case Instruction.OnBuild onBuild -> array("OnBuild").add(onBuild.trigger());
            case Instruction.Maintainer maintainer -> image.put("author", maintainer.name());
            case Instruction.Run run -> {}
            case Instruction.Transfer transfer -> {}
        }
        return instruction;
    }

    /** BuildKit takes an absolute path as it is written, and puts a relative one behind where it stands. */
    private String directory(String path) {
        if (path.isEmpty()) {
            return workingDir();
        }
        return path.startsWith("/") && dialect != Dialect.BUILDAH ? path : AbsolutePath.of(workingDir(), path);
    }

    private void declare(Instruction.Variable variable) {
        String name = variable.name();
        Optional<String> value = Optional.ofNullable(buildArguments.get(name))
                .or(() -> variable.value().map(text -> expansion().word(text)))
                .or(() -> Optional.ofNullable(globalArguments.get(name)));
        seen.declare(name, value);
        listed.add(name);
    }

    private void writeVariable(String name, String value) {
        List<String> variables = new ArrayList<>(strings("Env"));
        int at = 0;
        while (at < variables.size() && !variables.get(at).startsWith(name + "=")) {
            at++;
        }
        if (at < variables.size()) {
            variables.set(at, name + "=" + value);
        } else {
            variables.add(name + "=" + value);
        }
        set("Env", variables);
    }

    private void setCommand(String field, CommandLine command) {
        List<String> argv = command.argv(dialect.commandShell(seen));
        if (argv.isEmpty()) {
            config().remove(field); // as the builders leave empty lists out
        } else {
            set(field, argv);
        }
        if (field.equals("Cmd") && dialect != Dialect.BUILDAH) {
            config().put("ArgsEscaped", true);
        }
    }

    private void setHealthcheck(Instruction.Healthcheck check) {
        ObjectNode json = config().putObject("Healthcheck");
        check.test().forEach(json.putArray("Test")::add);
        putTime(json, "Interval", check.interval());
        putTime(json, "Timeout", check.timeout());
        putTime(json, "StartPeriod", check.startPeriod());
        putTime(json, "StartInterval", check.startInterval());
        if (check.retries() > 0) {
            json.put("Retries", check.retries());
        }
    }

    private static void putTime(ObjectNode json, String field, Duration time) {
        if (!time.isZero()) {
            json.put(field, time.toNanos());
        }
    }

    private ObjectNode config() {
        return (ObjectNode) image.get("config");
    }

    /** Names are sorted, as Go writes them. */
    private void putAll(String field, Stream<Map.Entry<String, ? extends JsonNode>> more) {
        SortedMap<String, JsonNode> sorted = new TreeMap<>();
        config().path(field).properties().forEach(each -> sorted.put(each.getKey(), each.getValue()));
        more.forEach(each -> sorted.put(each.getKey(), each.getValue()));
        config().putObject(field).setAll(sorted);
    }

    /** An element of a set, in the form that Go gives it. */
    private Map.Entry<String, ObjectNode> set(String name) {
        return Map.entry(name, image.objectNode());
    }

    private ArrayNode array(String field) {
        return config().get(field) instanceof ArrayNode array ? array : config().putArray(field);
    }

    private void set(String field, List<String> values) {
        values.forEach(config().putArray(field)::add);
    }

    private List<String> strings(String field) {
        List<String> strings = new ArrayList<>();
        config().path(field).forEach(value -> strings.add(value.asString("")));
        return strings;
    }
}
