package dev.strata.agent;

import dev.strata.dockerfile.CommandLine;
import dev.strata.dockerfile.Expansion;
import dev.strata.dockerfile.Instruction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An image in the making: its configuration, and what the instructions of a stage see, replayed as the builders do.
 * Changed by {@link #apply}; {@link #copy} keeps a moment of it.
 */
final class ImageState {

    private static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final Dialect dialect;
    private final char escape;
    /** The whole configuration but for layers and history. */
    private final ObjectNode image;
    /** What was given on the command line. */
    private final Map<String, String> buildArguments;
    private final Map<String, String> globalArguments;
    /** In the order of their declaration; without a value where nobody gives one. */
    private final Map<String, Optional<String>> declared = new LinkedHashMap<>();
    /** What commands see: ENV and ARG. */
    private final Map<String, String> environment = new LinkedHashMap<>();
    private boolean commandSet;

    /** @param base the base's configuration but for layers and history */
    ImageState(
            ObjectNode base,
            Dialect dialect,
            char escape,
            Map<String, String> buildArguments,
            Map<String, String> globalArguments) {
        this.image = base.deepCopy();
        this.dialect = dialect;
        this.escape = escape;
        this.buildArguments = buildArguments;
        this.globalArguments = globalArguments;
        if (!(image.get("config") instanceof ObjectNode)) {
            image.putObject("config");
        }
        for (JsonNode variable : config().path("Env")) {
            String[] pair = variable.asString("").split("=", 2);
            environment.put(pair[0], pair.length < 2 ? "" : pair[1]);
        }
        if (!environment.containsKey("PATH")) {
            setEnvironment("PATH", DEFAULT_PATH); // as the builders do
        }
    }

    /** A moment that later instructions do not change. */
    ImageState copy() {
        ImageState copy = new ImageState(image, dialect, escape, buildArguments, globalArguments);
        copy.declared.putAll(declared);
        copy.environment.clear();
        copy.environment.putAll(environment);
        copy.commandSet = commandSet;
        return copy;
    }

    Dialect dialect() {
        return dialect;
    }

    /** The configuration but for layers and history. */
    ObjectNode image() {
        return image.deepCopy();
    }

    /** The commands that builds on this image run first; from here on they are done. */
    List<String> takeTriggers() {
        List<String> triggers = strings("OnBuild");
        config().remove("OnBuild");
        return triggers;
    }

    List<String> shell() {
        List<String> shell = strings("Shell");
        return shell.isEmpty() ? Dialect.DEFAULT_SHELL : shell;
    }

    /** The working directory, in its shortest form. */
    String workingDir() {
        return Path.of("/", writtenWorkingDir()).normalize().toString();
    }

    /** The working directory as the configuration has it. */
    String writtenWorkingDir() {
        return config().path("WorkingDir").asString("/");
    }

    /** BuildKit takes an absolute path as it is, with a slash at its end too. */
    private String changed(String path) {
        return dialect != Dialect.BUILDAH && path.startsWith("/")
                ? path
                : Path.of("/", workingDir()).resolve(path).normalize().toString();
    }

    String user() {
        return config().path("User").asString("");
    }

    Map<String, String> environment() {
        return environment;
    }

    Optional<String> argument(String name) {
        return declared.getOrDefault(name, Optional.empty());
    }

    /** The declared arguments with what a command sees of them. */
    Map<String, String> visibleArguments() {
        Map<String, String> visible = new LinkedHashMap<>();
        declared.forEach((name, value) -> {
            // buildah leaves out what has no value.
            if (value.isPresent() || dialect != Dialect.BUILDAH) {
                visible.put(name, environment.getOrDefault(name, value.orElse("")));
            }
        });
        return visible;
    }

    Expansion expansion() {
        return Expansion.of(escape, environment);
    }

    /** Carries an instruction out, as far as the configuration is concerned, and gives it back expanded. */
    Instruction apply(Instruction written) {
        Instruction instruction = written instanceof Instruction.Arg ? written : written.expand(expansion());
        switch (instruction) {
            case Instruction.From from -> throw new IllegalArgumentException("FROM opens a stage");
            case Instruction.Arg arg -> arg.variables().forEach(this::declare);
            case Instruction.Env env -> env.assignments().forEach(each -> setEnvironment(each.name(), each.value()));
            case Instruction.Label label -> label.assignments().forEach(each -> object("Labels").put(each.name(), each.value()));
            case Instruction.Workdir workdir -> config().put("WorkingDir", changed(workdir.path()));
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
            case Instruction.Expose expose -> ports(expose.ports()).forEach(port -> object("ExposedPorts").putObject(port));
            case Instruction.Volume volume -> volume.paths().forEach(path -> object("Volumes").putObject(path));
            case Instruction.StopSignal stopSignal -> config().put("StopSignal", stopSignal.signal());
            case Instruction.Healthcheck healthcheck -> setHealthcheck(healthcheck);
            case Instruction.OnBuild onBuild -> array("OnBuild").add(onBuild.trigger());
            case Instruction.Maintainer maintainer -> image.put("author", maintainer.name());
            case Instruction.Run run -> {}
            case Instruction.Transfer transfer -> {}
        }
        return instruction;
    }

    private void declare(Instruction.Variable variable) {
        String name = variable.name();
        Optional<String> value = Optional.ofNullable(buildArguments.get(name))
                .or(() -> variable.value().map(text -> expansion().word(text)))
                .or(() -> Optional.ofNullable(globalArguments.get(name)));
        declared.put(name, value);
        boolean hidden = dialect.envHidesArg() && isEnv(name);
        value.filter(given -> !hidden).ifPresent(given -> environment.put(name, given));
    }

    private boolean isEnv(String name) {
        return strings("Env").stream().anyMatch(variable -> variable.startsWith(name + "="));
    }

    private void setEnvironment(String name, String value) {
        environment.put(name, value);
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
        List<String> argv = command.argv(dialect.commandShell(this));
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

    /** Ports as a configuration names them: {@code 80} is {@code 80/tcp}, and a range is each of its ports. */
    static List<String> ports(List<String> written) {
        List<String> ports = new ArrayList<>();
        for (String each : written) {
            String[] parts = each.substring(each.lastIndexOf(':') + 1).split("/", 2);
            String protocol = parts.length < 2 ? "tcp" : parts[1].toLowerCase(Locale.ROOT);
            String[] range = parts[0].split("-", 2);
            try {
                int last = Integer.parseInt(range[range.length - 1]);
                for (int port = Integer.parseInt(range[0]); port <= Math.min(last, 65535); port++) {
                    ports.add(port + "/" + protocol);
                }
            } catch (NumberFormatException e) {
                throw new AgentException(AgentException.Outcome.INVALID, "EXPOSE: '" + each + "' is no port", e);
            }
        }
        return ports;
    }

    private ObjectNode config() {
        return (ObjectNode) image.get("config");
    }

    private ObjectNode object(String field) {
        return config().get(field) instanceof ObjectNode object ? object : config().putObject(field);
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
