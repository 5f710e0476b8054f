package dev.strata.agent.commandline;

import dev.strata.agent.builders.BuilderKind;
import dev.strata.agent.builders.BuilderOptions;
import dev.strata.agent.builders.Dialect;
import dev.strata.agent.cache.CacheClient;
import dev.strata.agent.connection.ConnectionOptions;
import dev.strata.agent.images.ImageName;
import dev.strata.agent.images.StackedImage;
import dev.strata.agent.plan.BuildPlanner;
import dev.strata.agent.plan.StagePlan;
import dev.strata.oci.Platform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What {@code build}, {@code plan} and {@code explain} take. */
final class BuildOptions {

    /** The forms of progress. */
    enum Form {
        plain,
        json
    }

    private static final Map<String, String> ARCHITECTURES = Map.of("x86_64", "amd64", "aarch64", "arm64");

    @Option(
            names = {"-f", "--file"},
            paramLabel = "DOCKERFILE",
            description = "The Dockerfile; CONTEXT/Dockerfile where it is not said.")
    private @Nullable Path file;

    @Option(
            names = {"-t", "--tag"},
            required = true,
            paramLabel = "IMAGE",
            description = "What the image is called: <registry>/<repository>:<tag>. Its repository's cache is asked.")
    private String tag = "";

    @Option(
            names = "--build-arg",
            paramLabel = "NAME=VALUE",
            description = "A build argument; without =VALUE it is taken from the environment. May be repeated.")
    private List<String> arguments = new ArrayList<>();

    @Option(
            names = "--push",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Push the image; with --no-push it is only built, and what was run is stored in the cache.")
    private boolean push = true;

    @Option(names = "--target", paramLabel = "STAGE", description = "The stage to build; the last where it is not said.")
    private @Nullable String target;

    @Option(names = "--platform", paramLabel = "OS/ARCH", description = "What to build for; this machine's where it is not said.")
    private @Nullable String platform;

    @Option(names = "--network", paramLabel = "MODE", description = "The network of the commands: default, none or host.")
    private @Nullable String network;

    @Option(
            names = "--scope",
            paramLabel = "SCOPE",
            description = "The scope of the cache that is written, and read first; the first of --read where it is not said.")
    private @Nullable String scope;

    @Option(
            names = "--read",
            split = ",",
            paramLabel = "SCOPE",
            description = "Scopes that are read behind it, in their order. May be repeated.")
    private List<String> read = new ArrayList<>();

    @Option(names = "--no-cache", description = "Run every step afresh; the cache is written only.")
    private boolean noCache;

    @Option(
            names = "--no-cache-filter",
            split = ",",
            paramLabel = "STAGE",
            description = "Run the steps of this stage afresh. May be repeated.")
    private List<String> noCacheFilter = new ArrayList<>();

    @Option(
            names = "--builder",
            defaultValue = "docker",
            paramLabel = "BUILDER",
            description = "What runs the steps that miss: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private BuilderKind builder = BuilderKind.docker;

    @Option(names = "--secret", paramLabel = "SECRET", description = "Handed to the builder as it is. May be repeated.")
    private List<String> secrets = new ArrayList<>();

    @Option(names = "--ssh", paramLabel = "SOCKET", description = "Handed to the builder as it is. May be repeated.")
    private List<String> ssh = new ArrayList<>();

    @Option(names = "--label", paramLabel = "NAME=VALUE", description = "A label of the image. May be repeated.")
    private List<String> labels = new ArrayList<>();

    @Option(
            names = "--builder-option",
            paramLabel = "WORD",
            description = "Handed to the builder as it is, which then builds alone: nobody knows what the word changes. "
                    + "May be repeated, as in --builder-option=--add-host --builder-option=db:10.0.0.2.")
    private List<String> builderOptions = new ArrayList<>();

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Option(
            names = "--progress",
            defaultValue = "plain",
            paramLabel = "FORM",
            description = "How progress is told: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Form progress = Form.plain;

    @Option(
            names = "--lease-time",
            defaultValue = "20",
            paramLabel = "SECONDS",
            description = "After how long without a sign of life others run what this build was running; "
                    + "0 for never telling them. Default: ${DEFAULT-VALUE}.")
    private int leaseTime = 20;

    @Parameters(
            arity = "0..1",
            defaultValue = ".",
            paramLabel = "CONTEXT",
            description = "The directory that COPY and ADD take files from.")
    private String context = ".";

    /** What the user calls it; builders also take what is no directory. */
    String givenContext() {
        return context;
    }

    Path context() {
        return Path.of(context).toAbsolutePath().normalize();
    }

    Optional<Path> givenDockerfile() {
        return Optional.ofNullable(file).map(path -> path.toString().equals("-") ? path : path.toAbsolutePath().normalize());
    }

    Path dockerfile() {
        return givenDockerfile().orElseGet(() -> {
            Path containerfile = context().resolve("Containerfile");
            return isBuildah() && Files.exists(containerfile) ? containerfile : context().resolve("Dockerfile");
        });
    }

    private boolean isBuildah() {
        return builder.usualDialect() == Dialect.BUILDAH;
    }

    ImageName image() {
        return ImageName.of(tag);
    }

    ConnectionOptions connection() {
        return connection;
    }

    BuilderKind builder() {
        return builder;
    }

    Form progress() {
        return progress;
    }

    Optional<Platform> platform() {
        return Optional.ofNullable(platform).map(Platform::of);
    }

    Optional<String> network() {
        return Optional.ofNullable(network).filter(mode -> !mode.equals("default"));
    }

    boolean isPushed() {
        return push;
    }

    boolean isAfresh() {
        return noCache;
    }

    boolean isAfresh(StagePlan stage) {
        return noCache || noCacheFilter.stream().anyMatch(stage.name()::equalsIgnoreCase);
    }

    /** What the user would have said to the builder. */
    BuilderOptions forBuilder() {
        List<String> further = new ArrayList<>();
        secrets.forEach(secret -> further.add("--secret=" + secret));
        ssh.forEach(socket -> further.add("--ssh=" + socket));
        further.addAll(builderOptions);
        return new BuilderOptions(
                Optional.ofNullable(target),
                Optional.ofNullable(platform),
                List.copyOf(arguments),
                network(),
                noCache,
                List.copyOf(noCacheFilter),
                List.copyOf(labels),
                List.copyOf(further));
    }

    /** What is known to nobody but the builder, so that nothing can be cached. */
    List<String> builderOptions() {
        return builderOptions;
    }

    Map<String, String> labels() {
        Map<String, String> values = new TreeMap<>();
        for (String label : labels) {
            String[] pair = label.split("=", 2);
            values.put(pair[0], pair.length < 2 ? "" : pair[1]);
        }
        return values;
    }

    Map<String, String> arguments() {
        Map<String, String> values = new LinkedHashMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals >= 0) {
                values.put(argument.substring(0, equals), argument.substring(equals + 1));
            } else if (System.getenv(argument) != null) {
                values.put(argument, System.getenv(argument));
            }
        }
        if (!isBuildah() && System.getenv(StackedImage.EPOCH_ARGUMENT) != null) {
            values.putIfAbsent(StackedImage.EPOCH_ARGUMENT, System.getenv(StackedImage.EPOCH_ARGUMENT)); // as docker's clients do
        }
        return values;
    }

    /** When the image is to have been made, where a builder of this kind lets the user say it. */
    Optional<Instant> madeAt(Dialect dialect) {
        return Optional.ofNullable(arguments().get(StackedImage.EPOCH_ARGUMENT))
                .filter(seconds -> dialect == Dialect.BUILDKIT && seconds.matches("\\d{1,11}"))
                .map(seconds -> Instant.ofEpochSecond(Long.parseLong(seconds)));
    }

    BuildPlanner.Settings planning() {
        String architecture = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        Platform here = new Platform("linux", ARCHITECTURES.getOrDefault(architecture, architecture), Optional.empty());
        return new BuildPlanner.Settings(
                Optional.ofNullable(target), platform().orElse(here), platform().isPresent(), here, arguments(), network());
    }

    CacheClient.Settings caching() {
        List<String> scopes = new ArrayList<>();
        Optional.ofNullable(scope).ifPresent(scopes::add);
        scopes.addAll(read);
        // As the server gives leases where it is not told: for the first that is read.
        return new CacheClient.Settings(
                List.copyOf(scopes),
                scopes.stream().findFirst(),
                leaseTime());
    }

    Duration leaseTime() {
        return Duration.ofSeconds(leaseTime);
    }
}
