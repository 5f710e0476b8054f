package dev.strata.agent.plan;

import dev.strata.agent.builders.Dialect;
import dev.strata.dockerfile.Instruction;
import dev.strata.dockerfile.lines.HereDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What an image's history says of each instruction, to the letter as the builder writes it. */
final class CreatedBy {

    private final Dialect dialect;
    private final ImageState state;

    private CreatedBy(ImageState state) {
        this.dialect = state.dialect();
        this.state = state;
    }

    /**
     * What the history says of an instruction.
     *
     * @param instruction the instruction, expanded
     * @param state the image when it is through
     */
    static String of(Instruction instruction, ImageState state) {
        CreatedBy createdBy = new CreatedBy(state);
        return state.dialect() == Dialect.BUILDAH ? createdBy.buildah(instruction) : createdBy.buildKit(instruction);
    }

    private String buildKit(Instruction instruction) {
        return switch (instruction) {
            case Instruction.From from -> throw new IllegalArgumentException("FROM is in no history");
            case Instruction.Arg arg -> "ARG " + arg.variables().stream()
                    .map(variable -> variable.name()
                            + shownValue(variable).map(value -> "=" + value).orElse(""))
                    .collect(Collectors.joining(" "));
            case Instruction.Env env -> "ENV " + assignments(env.assignments());
            case Instruction.Label label -> "LABEL " + assignments(label.assignments());
            case Instruction.Run run ->
                "RUN " + arguments() + String.join(" ", run.command().argv(state.seen().shell())) + " # buildkit";
            case Instruction.Copy copy -> "COPY" + (copy.parents() ? " --parents" : "") + transfer(copy);
            case Instruction.Add add -> "ADD" + transfer(add);
            case Instruction.Workdir workdir -> "WORKDIR " + state.workingDir();
            case Instruction.User user -> "USER " + user.name();
            case Instruction.Shell shell -> "SHELL " + GoFormat.list(shell.words());
            case Instruction.Cmd cmd -> "CMD " + GoFormat.quoted(cmd.command().argv(dialect.commandShell(state.seen())));
            case Instruction.Entrypoint entrypoint ->
                "ENTRYPOINT " + GoFormat.quoted(entrypoint.command().argv(dialect.commandShell(state.seen())));
            case Instruction.Expose expose -> "EXPOSE " + ports(expose);
            case Instruction.Volume volume -> "VOLUME " + GoFormat.list(volume.paths());
            case Instruction.StopSignal stopSignal -> "STOPSIGNAL " + stopSignal.signal();
            case Instruction.Healthcheck healthcheck -> "HEALTHCHECK " + healthcheck(healthcheck);
            case Instruction.OnBuild onBuild -> "ONBUILD " + onBuild.trigger();
            case Instruction.Maintainer maintainer -> "MAINTAINER " + maintainer.name();
        };
    }

    private String buildah(Instruction instruction) {
        String text = instruction.source().text();
        String[] parts = text.split("\\s+", 2);
        String rest = parts.length < 2 ? "" : parts[1];
        return switch (instruction) {
            case Instruction.Run run -> arguments() + "/bin/sh -c "
                    + (run.command().inShell() ? String.join(" ", run.command().words()) : rest);
            case Instruction.Arg arg -> "/bin/sh -c #(nop) ARG " + String.join(" ", state.visibleArguments().keySet());
            // Between name and destination buildah puts a digest of its own, which nobody else can compute.
            case Instruction.Transfer transfer -> "/bin/sh -c #(nop) " + parts[0].toUpperCase(Locale.ROOT) + " "
                    + String.join(" ", transfer.sources()) + " in " + transfer.destination() + " ";
            default -> "/bin/sh -c #(nop) " + parts[0].toUpperCase(Locale.ROOT) + " " + rest;
        };
    }

    private Optional<String> shownValue(Instruction.Variable variable) {
        return dialect == Dialect.DOCKER_20
                ? variable.value().map(text -> state.expansion().word(text))
                : state.argument(variable.name());
    }

    /** The arguments that are in scope, which both families write before a command, with their number. */
    private String arguments() {
        List<String> arguments = state.listedArguments().entrySet().stream()
                .map(argument -> argument.getKey() + "=" + argument.getValue())
                .toList();
        if (arguments.isEmpty()) {
            return "";
        }
        String all = String.join(" ", arguments);
        // Which for buildah is that of the words between spaces.
        int number = dialect == Dialect.BUILDAH ? all.split(" ").length : arguments.size();
        return "|" + number + " " + all + " ";
    }

    private String transfer(Instruction.Transfer transfer) {
        List<String> words = new ArrayList<>();
        if (dialect == Dialect.BUILDKIT) {
            transfer.chown().filter(value -> !value.isEmpty()).ifPresent(value -> words.add("--chown=" + value));
            transfer.chmod().filter(value -> !value.isEmpty()).ifPresent(value -> words.add("--chmod=" + value));
        }
        words.addAll(transfer.sources());
        transfer.documents().stream().map(HereDocument::name).forEach(name -> words.add("<<" + name));
        words.add(transfer.destination());
        return " " + String.join(" ", words) + " # buildkit";
    }

    private String ports(Instruction.Expose expose) {
        List<String> ports = Ports.of(expose.ports());
        return dialect == Dialect.BUILDKIT
                ? GoFormat.list(ports)
                : new TreeSet<>(ports).stream().map(port -> port + ":{}").collect(Collectors.joining(" ", "map[", "]"));
    }

    private String healthcheck(Instruction.Healthcheck check) {
        String interval = GoFormat.duration(check.interval());
        String timeout = GoFormat.duration(check.timeout());
        String startPeriod = GoFormat.duration(check.startPeriod());
        if (dialect == Dialect.BUILDKIT) {
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
