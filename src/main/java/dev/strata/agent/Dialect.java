package dev.strata.agent;

import dev.strata.dockerfile.HereDocument;
import dev.strata.dockerfile.IgnorePatterns;
import dev.strata.dockerfile.Instruction;
import dev.strata.oci.MediaType;
import dev.strata.step.BuildState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** How a family of builders writes an image down: its history, its media types, and what leaves a layer. */
enum Dialect {
    /** BuildKit, and the docker engine since version 23. */
    BUILDKIT(MediaType.OCI_MANIFEST),
    /** The BuildKit in docker engines up to version 20.10. */
    DOCKER_20(MediaType.DOCKER_MANIFEST),
    /** buildah and podman. */
    BUILDAH(MediaType.OCI_MANIFEST);

    private final MediaType manifestType;

    Dialect(MediaType manifestType) {
        this.manifestType = manifestType;
    }

    MediaType manifestType() {
        return manifestType;
    }

    /** What the history says of the builder. */
    String comment() {
        return this == BUILDAH ? "" : "buildkit.dockerfile.v0";
    }

    /** How patterns of an ignore file count. */
    IgnorePatterns.Rule ignoreRule() {
        return switch (this) {
            case BUILDKIT -> IgnorePatterns.Rule.INHERITED;
            case DOCKER_20 -> IgnorePatterns.Rule.ANEW_BY_PARTS;
            case BUILDAH -> IgnorePatterns.Rule.ANEW;
        };
    }

    /** Which of an ENV and an ARG of one name a command sees. */
    BuildState.Scoping scoping() {
        return this == BUILDAH ? BuildState.Scoping.ENV_WINS : BuildState.Scoping.LAST_WINS;
    }

    /** Whether a stage sees the arguments of the stage that it starts from. */
    boolean inheritsArguments() {
        return this != BUILDAH;
    }

    /** Whether an instruction adds a layer, be it an empty one. */
    boolean makesLayer(Instruction instruction, ImageState after) {
        return switch (instruction) {
            case Instruction.Run run -> true;
            case Instruction.Transfer transfer -> true;
            case Instruction.Workdir workdir -> this != BUILDAH && !after.workingDir().equals("/");
            default -> false;
        };
    }

    /** Whether the history has an entry for an instruction. */
    boolean hasEntry(Instruction instruction) {
        return this == BUILDAH || !(instruction instanceof Instruction.OnBuild);
    }

    /** The shell of CMD and ENTRYPOINT. */
    List<String> commandShell(ImageState state) {
        return this == BUILDAH ? BuildState.DEFAULT_SHELL : state.seen().shell();
    }

    /**
     * What the history says of an instruction.
     *
     * @param instruction the instruction, expanded
     * @param state the image when it is through
     */
    String createdBy(Instruction instruction, ImageState state) {
        return this == BUILDAH ? buildah(instruction, state) : buildKit(instruction, state);
    }

    private String buildKit(Instruction instruction, ImageState state) {
        return switch (instruction) {
            case Instruction.From from -> throw new IllegalArgumentException("FROM is in no history");
            case Instruction.Arg arg -> "ARG " + arg.variables().stream()
                    .map(variable -> variable.name()
                            + shownValue(variable, state).map(value -> "=" + value).orElse(""))
                    .collect(Collectors.joining(" "));
            case Instruction.Env env -> "ENV " + assignments(env.assignments());
            case Instruction.Label label -> "LABEL " + assignments(label.assignments());
            case Instruction.Run run ->
                "RUN " + arguments(state) + String.join(" ", run.command().argv(state.seen().shell())) + " # buildkit";
            case Instruction.Copy copy -> "COPY" + (copy.parents() ? " --parents" : "") + transfer(copy);
            case Instruction.Add add -> "ADD" + transfer(add);
            case Instruction.Workdir workdir -> "WORKDIR " + state.workingDir();
            case Instruction.User user -> "USER " + user.name();
            case Instruction.Shell shell -> "SHELL " + GoFormat.list(shell.words());
            case Instruction.Cmd cmd -> "CMD " + GoFormat.quoted(cmd.command().argv(commandShell(state)));
            case Instruction.Entrypoint entrypoint ->
                "ENTRYPOINT " + GoFormat.quoted(entrypoint.command().argv(commandShell(state)));
            case Instruction.Expose expose -> "EXPOSE " + ports(expose);
            case Instruction.Volume volume -> "VOLUME " + GoFormat.list(volume.paths());
            case Instruction.StopSignal stopSignal -> "STOPSIGNAL " + stopSignal.signal();
            case Instruction.Healthcheck healthcheck -> "HEALTHCHECK " + healthcheck(healthcheck);
            case Instruction.OnBuild onBuild -> "ONBUILD " + onBuild.trigger();
            case Instruction.Maintainer maintainer -> "MAINTAINER " + maintainer.name();
        };
    }

    private static String buildah(Instruction instruction, ImageState state) {
        String text = instruction.source().text();
        String[] parts = text.split("\\s+", 2);
        String rest = parts.length < 2 ? "" : parts[1];
        return switch (instruction) {
            case Instruction.Run run -> arguments(state) + "/bin/sh -c "
                    + (run.command().inShell() ? String.join(" ", run.command().words()) : rest);
            case Instruction.Arg arg -> "/bin/sh -c #(nop) ARG " + String.join(" ", state.visibleArguments().keySet());
            // Between name and destination buildah puts a digest of its own, which nobody else can compute.
            case Instruction.Transfer transfer -> "/bin/sh -c #(nop) " + parts[0].toUpperCase(Locale.ROOT) + " "
                    + String.join(" ", transfer.sources()) + " in " + transfer.destination() + " ";
            default -> "/bin/sh -c #(nop) " + parts[0].toUpperCase(Locale.ROOT) + " " + rest;
        };
    }

    private Optional<String> shownValue(Instruction.Variable variable, ImageState state) {
        return this == DOCKER_20
                ? variable.value().map(text -> state.expansion().word(text))
                : state.argument(variable.name());
    }

    /** The arguments that are in scope, which both families write before a command, with their number. */
    private static String arguments(ImageState state) {
        List<String> arguments = state.listedArguments().entrySet().stream()
                .map(argument -> argument.getKey() + "=" + argument.getValue())
                .toList();
        if (arguments.isEmpty()) {
            return "";
        }
        String all = String.join(" ", arguments);
        // Which for buildah is that of the words between spaces.
        int number = state.dialect() == BUILDAH ? all.split(" ").length : arguments.size();
        return "|" + number + " " + all + " ";
    }


    private String transfer(Instruction.Transfer transfer) {
        List<String> words = new ArrayList<>();
        if (this == BUILDKIT) {
            transfer.chown().filter(value -> !value.isEmpty()).ifPresent(value -> words.add("--chown=" + value));
            transfer.chmod().filter(value -> !value.isEmpty()).ifPresent(value -> words.add("--chmod=" + value));
        }
        words.addAll(transfer.sources());
        transfer.documents().stream().map(HereDocument::name).forEach(name -> words.add("<<" + name));
        words.add(transfer.destination());
        return " " + String.join(" ", words) + " # buildkit";
    }

    private String ports(Instruction.Expose expose) {
        List<String> ports = ImageState.ports(expose.ports());
        return this == BUILDKIT
                ? GoFormat.list(ports)
                : new TreeSet<>(ports).stream().map(port -> port + ":{}").collect(Collectors.joining(" ", "map[", "]"));
    }

    private String healthcheck(Instruction.Healthcheck check) {
        String interval = GoFormat.duration(check.interval());
        String timeout = GoFormat.duration(check.timeout());
        String startPeriod = GoFormat.duration(check.startPeriod());
        if (this == BUILDKIT) {
            return "{Test:%s Interval:%s Timeout:%s StartPeriod:%s StartInterval:%s Retries:%d}"
                    .formatted(
                            GoFormat.list(check.test()),
                            interval,
                            timeout,
                            startPeriod,
                            GoFormat.duration(check.startInterval()),
                            check.retries());
        }
        return "&{%s \"%s\" \"%s\" \"%s\" %s}"
                .formatted(
                        GoFormat.quoted(check.test()), interval, timeout, startPeriod, GoFormat.quoted(check.retries()));
    }

    private static String assignments(List<Instruction.Assignment> assignments) {
        return assignments.stream()
                .map(assignment -> assignment.name() + "=" + assignment.value())
                .collect(Collectors.joining(" "));
    }
}
