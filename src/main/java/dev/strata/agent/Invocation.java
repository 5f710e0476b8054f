package dev.strata.agent;

import dev.strata.agent.Resolution.StageResult;
import dev.strata.agent.Resolution.StepResult;
import dev.strata.dockerfile.Directives;
import dev.strata.dockerfile.Dockerfile;
import dev.strata.dockerfile.DockerfileException;
import dev.strata.dockerfile.IgnorePatterns;
import dev.strata.oci.RegistryException;
import dev.strata.oci.Tag;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** One command with its options: puts together what it needs and carries it out. */
final class Invocation {

    private final BuildOptions options;
    private final Progress progress;
    private final Commands commands = new Commands();
    private final InstantSource clock = InstantSource.system();
    private final RandomGenerator random = RandomGenerator.getDefault();

    Invocation(BuildOptions options, PrintStream out) {
        this.options = options;
        this.progress =
                switch (options.progress()) {
                    case plain -> new PlainProgress(out);
                    case json -> new JsonProgress(out);
                };
    }

    int build() {
        return guarded(() -> {
            String text = read(options.dockerfile());
            Builder builder = builder();
            Images images = new Images(options.image(), options.plainHttp());
            Optional<String> frontend = unknownFrontend(text);
            if (frontend.isPresent()) {
                progress.note("nothing is cached: the file is read by " + frontend.get() + ", whose rules are not known");
                return buildAsUsual(builder, images);
            }
            Plan plan = plan(text, builder.dialect(), images);
            CacheClient cache = new CacheClient(images.repository(), options.caching());
            try (Heartbeats leases = new Heartbeats(cache, options.leaseTime())) {
                Thread stop = new Thread(() -> {
                    progress.note("stopped; what this build was running is left to others");
                    commands.stop();
                    leases.giveBack();
                });
                Runtime.getRuntime().addShutdownHook(stop);
                StageBuild stages = new StageBuild(
                        plan, builder, stageOptions(), images, cache, leases, progress, this::temporaryTag);
                BuildRun run = new BuildRun(
                        plan,
                        cache,
                        new Patience(cache, Patience.REAL_TIME),
                        leases,
                        images,
                        builder,
                        stages,
                        progress,
                        clock,
                        options::isAfresh);
                progress.finished(run.build());
                Runtime.getRuntime().removeShutdownHook(stop);
                return 0;
            } catch (CacheAwayException away) {
                progress.note("the cache is away, so this is built as usual: " + away.getMessage());
                return buildAsUsual(builder, images);
            }
        });
    }

    int plan() {
        return tell(CacheClient::resolveOnly);
    }

    int explain() {
        return tell(CacheClient::explain);
    }

    private interface Question {
        Resolution ask(CacheClient cache, Plan plan, List<String> afresh) throws CacheAwayException;
    }

    private int tell(Question question) {
        return guarded(() -> {
            String text = read(options.dockerfile());
            Images images = new Images(options.image(), options.plainHttp());
            Dialect dialect = options.builder() == BuildOptions.Kind.buildah || options.builder() == BuildOptions.Kind.podman
                    ? Dialect.BUILDAH
                    : Dialect.BUILDKIT;
            Plan plan = plan(text, dialect, images);
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

    private void report(Plan plan, Resolution resolution) {
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

    private int buildAsUsual(Builder builder, Images images) {
        Instant start = clock.instant();
        builder.build(
                new Builder.Job(
                        options.dockerfile(),
                        options.context(),
                        images.target(),
                        false,
                        images.plainHttp(),
                        options.platform(),
                        options.arguments(),
                        options.network(),
                        options.isAfresh(),
                        List.of(),
                        options.further()),
                progress::output);
        String digest = images.repository()
                .image(images.target().reference(), options.planning().platform())
                .map(image -> image.name().reference().toString())
                .orElse("");
        progress.finished(new Progress.Summary(
                images.target().toString(), digest, 0, 0, 0, Duration.ZERO, Duration.between(start, clock.instant())));
        return 0;
    }

    private Plan plan(String text, Dialect dialect, Images images) {
        if (!Files.isDirectory(options.context())) {
            throw new AgentException(AgentException.Outcome.INVALID, options.context() + " is no directory");
        }
        Path ignoreFile = ignoreFile().orElse(options.context().resolve(".dockerignore"));
        IgnorePatterns ignored =
                Files.exists(ignoreFile) ? IgnorePatterns.parse(read(ignoreFile)) : IgnorePatterns.NONE;
        ContextFiles context = new ContextFiles(options.context(), ignored);
        return new Planner(Dockerfile.parse(text), dialect, context, images::find, options.planning()).plan();
    }

    /** An ignore file that belongs to the Dockerfile alone. */
    private Optional<Path> ignoreFile() {
        Path dockerfile = options.dockerfile();
        return Optional.of(dockerfile.resolveSibling(dockerfile.getFileName() + ".dockerignore")).filter(Files::exists);
    }

    private StageBuild.Options stageOptions() {
        return new StageBuild.Options(
                options.context(),
                ignoreFile(),
                options.platform(),
                options.arguments(),
                options.network(),
                options::isAfresh,
                options.further());
    }

    private Builder builder() {
        return switch (options.builder()) {
            case docker -> new DockerBuilder(commands);
            case buildkit -> new BuildKitBuilder(commands);
            case buildah, podman -> new BuildahBuilder(commands, options.builder().name());
        };
    }

    private Tag temporaryTag() {
        return Tag.of("strata-build-" + HexFormat.of().toHexDigits(random.nextLong()));
    }

    private static Optional<String> unknownFrontend(String text) {
        return Directives.frontend(text).filter(name -> !name.matches("(docker\\.io/)?docker/dockerfile([:@].*)?"));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
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
            progress.failed(e.getMessage() + (e.detail().isEmpty() ? "" : " " + Map.copyOf(e.detail())));
            return AgentException.Outcome.INVALID.exitCode();
        } catch (AgentException e) {
            progress.failed(e.getMessage());
            return e.outcome().exitCode();
        }
    }
}
