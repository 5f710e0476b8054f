package dev.strata.agent.commandline;

import dev.strata.agent.AgentException;
import dev.strata.agent.build.BuildRun;
import dev.strata.agent.build.BuilderLogin;
import dev.strata.agent.build.Progress;
import dev.strata.agent.build.SideBySide;
import dev.strata.agent.build.StageBuild;
import dev.strata.agent.build.Stop;
import dev.strata.agent.build.TemporaryImages;
import dev.strata.agent.builders.Builder;
import dev.strata.agent.builders.BuilderArguments;
import dev.strata.agent.builders.Dialect;
import dev.strata.agent.cache.CacheAwayException;
import dev.strata.agent.cache.CacheClient;
import dev.strata.agent.cache.Heartbeats;
import dev.strata.agent.cache.Resolution.StageResult;
import dev.strata.agent.cache.Resolution.StepResult;
import dev.strata.agent.cache.Resolution;
import dev.strata.agent.cache.StepWait;
import dev.strata.agent.context.ContextFiles;
import dev.strata.agent.context.IgnoreFile;
import dev.strata.agent.images.Connections;
import dev.strata.agent.images.ImageName;
import dev.strata.agent.images.Images;
import dev.strata.agent.images.RemoteImage;
import dev.strata.agent.plan.BuildPlan;
import dev.strata.agent.plan.BuildPlanner;
import dev.strata.agent.plan.PlannedInstruction;
import dev.strata.agent.plan.StagePlan;
import dev.strata.agent.process.Utf8Restart;
import dev.strata.dockerfile.Dockerfile;
import dev.strata.dockerfile.lines.Directives;
import dev.strata.dockerfile.patterns.IgnorePatterns;
import dev.strata.dockerfile.text.DockerfileException;
import dev.strata.dockerfile.text.RawText;
import dev.strata.oci.Digest;
import dev.strata.oci.Platform;
import dev.strata.problem.RegistryException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/** One command with its options: puts together what it needs and carries it out. */
final class Invocation {

    /** The build argument that names the frontend, whatever the file says. */
    private static final String FRONTEND_ARGUMENT = "BUILDKIT_SYNTAX";

    private static final Pattern OFFICIAL_FRONTEND = Pattern.compile("(docker\\.io/)?docker/dockerfile([:@].*)?");

    private final BuildOptions options;
    private final Surroundings surroundings;
    private final Progress progress;

    Invocation(BuildOptions options, Surroundings surroundings, PrintStream out) {
        this.options = options;
        this.surroundings = surroundings;
        this.progress =
                switch (options.progress()) {
                    case plain -> Progress.plain(out);
                    case json -> Progress.json(out);
                };
    }

    int build() {
        return guarded(() -> {
            Builder builder = surroundings.builders().apply(options, surroundings.commands());
            Connections connections = connections();
            Images images = new Images(options.image(), connections);
            try (Stop stop = new Stop(surroundings.commands(), progress);
                    BuilderLogin login = new BuilderLogin(connections, options.image(), progress)) {
                Optional<String> obstacle = buildWithCache(builder, images, login, stop);
                if (obstacle.isPresent()) {
                    progress.note(obstacle.get() + "; so this is built as usual");
                    buildAsUsual(builder, images, login);
                }
            }
            return 0;
        });
    }

    private Connections connections() {
        return new Connections(options.image(), options.connection(), surroundings.limits(), surroundings.logins());
    }

    /**
     * Builds with the cache's help.
     *
     * @return why that could not be done, where the builder alone may do better
     */
    private Optional<String> buildWithCache(Builder builder, Images images, BuilderLogin login, Stop stop) {
        if (!options.builderOptions().isEmpty()) {
            return Optional.of("nobody but the builder knows what " + options.builderOptions().getFirst() + " means");
        }
        Optional<String> lost = options.arguments().entrySet().stream()
                .filter(argument -> Utf8Restart.hasLost(argument.getValue()))
                .map(Map.Entry::getKey)
                .findFirst();
        if (lost.isPresent()) { // two values that differ would look alike
            return Optional.of("the value of " + lost.get() + " is no UTF-8");
        }
        try {
            Planned planned = plan(builder.dialect(), (name, platform) -> {
                if (builder.hasOwn(name)) { // it would start from that, and no registry knows its layers
                    throw new AgentException(
                            AgentException.Outcome.INVALID, builder.name() + " has an image " + name + " of its own");
                }
                return images.find(name, platform);
            });
            images.signIn();
            CacheClient cache = new CacheClient(images.repository(), options.caching());
            try (Heartbeats leases = new Heartbeats(cache, options.leaseTime())) {
                stop.giveBack(leases);
                StageBuild stages = new StageBuild(
                        planned.plan(),
                        planned.context(),
                        builder,
                        new StageBuild.Options(
                                options.context(),
                                planned.ignored(),
                                options.forBuilder(),
                                options.arguments(),
                                options::isAfresh),
                        images,
                        cache,
                        leases,
                        progress,
                        login,
                        new TemporaryImages(images, surroundings.clock(), surroundings.random()));
                BuildRun run = new BuildRun(
                        planned.plan(),
                        cache,
                        new StepWait(cache, StepWait.REAL_TIME),
                        leases,
                        images,
                        builder,
                        stages,
                        new SideBySide(surroundings.commands()),
                        progress,
                        surroundings.clock(),
                        new BuildRun.Options(
                                options::isAfresh,
                                options.labels(),
                                options.madeAt(builder.dialect()),
                                options.isPushed()));
                progress.finished(run.build());
                return Optional.empty();
            }
        } catch (CacheAwayException away) {
            return Optional.of("the cache is away: " + away.getMessage());
        } catch (AgentException e) {
            if (!e.mayBuilderSucceed()) {
                throw e;
            }
            return Optional.of(e.getMessage());
        } catch (DockerfileException e) {
            return Optional.of(options.dockerfile() + ", " + e.getMessage());
        } catch (RegistryException e) {
            return Optional.of(message(e));
        } catch (RuntimeException e) {
            // A mistake of the agent's own is no reason to fail a build either.
            return Optional.of("the agent cannot go on (" + e + ")");
        }
    }

    int plan() {
        return tell(CacheClient::resolveOnly);
    }

    int explain() {
        return tell(CacheClient::explain);
    }

    private interface Question {
        Resolution ask(CacheClient cache, BuildPlan plan, List<String> afresh) throws CacheAwayException;
    }

    private int tell(Question question) {
        return guarded(() -> {
            Images images = new Images(options.image(), connections());
            BuildPlan plan = plan(options.builder().usualDialect(), images::find).plan();
            try {
                List<String> afresh = plan.stages().stream().filter(options::isAfresh).map(StagePlan::name).toList();
                report(plan, question.ask(new CacheClient(images.repository(), options.caching()), plan, afresh));
                return 0;
            } catch (CacheAwayException away) {
                throw new AgentException(
                        AgentException.Outcome.REGISTRY, "the cache does not answer: " + away.getMessage(), away);
            }
        });
    }

    private void report(BuildPlan plan, Resolution resolution) {
        for (StagePlan stage : plan.stages()) {
            StageResult result = resolution.stage(stage.name());
            int step = 0;
            for (PlannedInstruction instruction : stage.instructions()) {
                boolean asked = instruction.makesLayer() && step < result.steps().size();
                Optional<StepResult> said = asked ? Optional.of(result.steps().get(step++)) : Optional.empty();
                progress.step(stage, instruction, said);
            }
        }
    }

    /** The command that the user would have given to the builder. */
    private void buildAsUsual(Builder builder, Images images, BuilderLogin login) {
        Instant start = surroundings.clock().instant();
        builder.build(
                new Builder.Job(
                        options.givenDockerfile(),
                        Optional.empty(),
                        options.givenContext(),
                        images.target(),
                        options.isPushed() ? Builder.Fate.PUSHED : Builder.Fate.NOT_PUSHED,
                        images.plainHttp(),
                        options.forBuilder(),
                        List.of(),
                        login),
                line -> progress.output("", line));
        progress.finished(new Progress.Summary(
                images.target().toString(),
                options.isPushed() ? pushedDigest(images) : "",
                0,
                0,
                0,
                Duration.ZERO,
                Duration.between(start, surroundings.clock().instant())));
    }

    private String pushedDigest(Images images) {
        try {
            return images.repository().digest(images.target().reference()).map(Digest::toString).orElse("");
        } catch (AgentException e) {
            progress.note("the image's digest is not known: " + e.getMessage());
            return "";
        }
    }

    /**
     * A plan and what it was made from.
     *
     * @param ignored the text that says what is left out of the context
     */
    private record Planned(BuildPlan plan, ContextFiles context, String ignored) {}

    private Planned plan(Dialect dialect, BiFunction<ImageName, Platform, RemoteImage> images) {
        String text = read(options.dockerfile());
        // As BuildKit has it: the argument stands above the file.
        Optional<String> frontend = Optional.ofNullable(options.arguments().get(FRONTEND_ARGUMENT))
                .filter(name -> !name.isBlank())
                .or(() -> Directives.frontend(text));
        frontend.filter(name -> !OFFICIAL_FRONTEND.matcher(name).matches()).ifPresent(other -> {
            throw new AgentException(
                    AgentException.Outcome.INVALID,
                    "nothing is cached, since the file is read by " + other + ", whose rules are not known");
        });
        if (dialect != Dialect.BUILDAH) {
            BuilderArguments.decisive(options.arguments()).ifPresent(name -> {
                throw new AgentException(
                        AgentException.Outcome.INVALID, "nobody but the builder knows what the argument " + name + " changes");
            });
        }
        if (!Files.isDirectory(options.context())) {
            throw new AgentException(AgentException.Outcome.INVALID, options.givenContext() + " is no directory");
        }
        String ignored = IgnoreFile.of(options.dockerfile(), options.context(), dialect)
                .map(Invocation::read)
                .orElse("");
        ContextFiles context =
                new ContextFiles(options.context(), IgnorePatterns.parse(ignored, dialect.ignoreRule()), dialect, surroundings.clock());
        BuildPlanner planner = new BuildPlanner(Dockerfile.parse(text), dialect, context, images, options.planning());
        return new Planned(planner.plan(), context, ignored);
    }

    private static String read(Path file) {
        try {
            return RawText.of(Files.readAllBytes(file)); // which need not be UTF-8
        } catch (IOException e) {
            throw new AgentException(AgentException.Outcome.INVALID, file + " cannot be read", e);
        }
    }

    private interface Action {
        int run();
    }

    private int guarded(Action action) {
        try {
            return action.run();
        } catch (DockerfileException e) {
            progress.failed(options.dockerfile() + ", " + e.getMessage());
            return AgentException.Outcome.INVALID.exitCode();
        } catch (RegistryException e) {
            progress.failed(message(e));
            return AgentException.Outcome.INVALID.exitCode();
        } catch (AgentException e) {
            progress.failed(e.getMessage());
            return e.exitCode();
        }
    }

    private static String message(RegistryException e) {
        return e.getMessage() + (e.detail().isEmpty() ? "" : " " + Map.copyOf(e.detail()));
    }
}
