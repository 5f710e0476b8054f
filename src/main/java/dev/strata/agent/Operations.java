package dev.strata.agent;

import dev.strata.dockerfile.Expansion;
import dev.strata.dockerfile.Instruction;
import dev.strata.dockerfile.Mount;
import dev.strata.dockerfile.Stage;
import dev.strata.oci.Digest;
import dev.strata.problem.RegistryException;
import dev.strata.step.Content;
import dev.strata.step.ContentList;
import dev.strata.step.Environment;
import dev.strata.step.Operation;
import dev.strata.step.StepFiles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Says of an instruction what the cache has to know of it, or why the cache must not know it. */
final class Operations {

    /** What COPY and mounts take files from. */
    interface Sources {

        /** The stage that COPY --from means; empty where it means an image. */
        Optional<Stage> copiedFrom(String nameOrNumber);

        /** The stage that the {@code from} of a mount means; empty where it means an image. */
        Optional<Stage> mountedFrom(String name);

        Content ofStage(Stage stage, List<String> paths);

        /** @throws NotCachedException where nothing certain is known of the image */
        Content ofImage(String name, List<String> paths) throws NotCachedException;
    }

    /**
     * What the cache has to know.
     *
     * @param files the lists of the files that it takes from the context
     */
    record Known(Operation operation, Optional<StepFiles> files) {

        static Known of(Operation operation) {
            return new Known(operation, Optional.empty());
        }
    }

    private static final Pattern REMOTE = Pattern.compile("[a-z+]+://.*|git@.*|github\\.com/.*");
    private static final int DOWNLOAD_MODE = 0600;

    private final ContextFiles context;
    private final Sources sources;
    private final Optional<String> network;
    private final Dialect dialect;

    /**
     * @param network what the command line says for the whole build
     * @param dialect of the builder that carries it out
     */
    Operations(ContextFiles context, Sources sources, Optional<String> network, Dialect dialect) {
        this.context = context;
        this.sources = sources;
        this.network = network;
        this.dialect = dialect;
    }

    /**
     * @param instruction one that makes a layer, expanded
     * @param state the image when it is through
     */
    Known of(Instruction instruction, ImageState state) throws NotCachedException {
        try {
            return switch (instruction) {
                case Instruction.Run run -> run(run, state);
                case Instruction.Copy copy -> copy(copy, state);
                case Instruction.Add add -> add(add, state);
                case Instruction.Workdir workdir -> Known.of(new Operation.Workdir(state.cwd(), state.user()));
                default -> throw new IllegalArgumentException("This makes no layer: " + instruction);
            };
        } catch (RegistryException e) {
            throw new NotCachedException(e.getMessage());
        }
    }

    private Known run(Instruction.Run run, ImageState state) throws NotCachedException {
        if (!run.devices().isEmpty()) {
            throw new NotCachedException("what a device does is not known");
        }
        List<dev.strata.step.Mount> mounts = new ArrayList<>();
        List<ContentList> files = new ArrayList<>();
        Expansion expansion = state.expansion();
        for (Mount mount : run.mounts(expansion)) {
            mounts.add(mount(mount, files));
        }
        List<String> argv = new ArrayList<>(run.command().argv(state.shell()));
        run.command().script().ifPresent(script -> argv.add(script.content()));
        Operation operation = new Operation.Run(
                argv,
                Environment.ofValues(state.environment()),
                state.user(),
                state.cwd(),
                mounts,
                run.network().or(() -> network).orElse(Operation.Run.DEFAULT_NETWORK),
                run.security().orElse(Operation.Run.DEFAULT_SECURITY));
        return new Known(operation, files.isEmpty() ? Optional.empty() : Optional.of(StepFiles.ofMounts(files)));
    }

    /** @param files gets the list of what it takes from the context */
    private dev.strata.step.Mount mount(Mount mount, List<ContentList> files) throws NotCachedException {
        Map<String, String> options = new HashMap<>(mount.options());
        String env = Optional.ofNullable(options.remove("env")).orElse("");
        options.keySet().removeAll(List.of("required", "sharing")); // change nothing that a command sees
        Optional<Content> content = Optional.empty();
        if (mount.type() == Mount.Type.BIND) {
            content = Optional.of(bound(mount, files));
        } else if (mount.from().isPresent()) {
            throw new NotCachedException("what the cache mount " + mount.target().orElse("") + " begins with is not known");
        }
        String target = mount.target().orElse("");
        String id = mount.id().or(mount::source).orElse(mount.type() == Mount.Type.CACHE ? target : "");
        return new dev.strata.step.Mount(
                mount.type().name().toLowerCase(Locale.ROOT),
                target,
                mount.type() == Mount.Type.BIND ? "" : id,
                env,
                content,
                mount.readOnly(),
                options);
    }

    private Content bound(Mount mount, List<ContentList> files) throws NotCachedException {
        String path = mount.source().orElse("/");
        if (mount.from().isPresent()) {
            return taken(mount.from().get(), sources.mountedFrom(mount.from().get()), List.of(path));
        }
        ContentList list = context.files(List.of(path), List.of(), false);
        files.add(list);
        return new Content.Files(list.digest());
    }

    private Known copy(Instruction.Copy copy, ImageState state) throws NotCachedException {
        if (copy.parents() && copy.sources().stream().anyMatch(source -> source.contains("/./"))) {
            throw new NotCachedException("which directories /./ keeps is not understood");
        }
        if (copy.from().isEmpty()) {
            return transfer(
                    Operation.Copy.Kind.COPY,
                    copy,
                    state,
                    context.files(
                            copy.sources(), copy.documents(), copy.parents(), Exclusions.of(copy, copy.parents(), dialect)));
        }
        if (copy.parents() || !copy.documents().isEmpty()) {
            throw new NotCachedException("COPY --from with --parents or here-documents is not understood");
        }
        return Known.of(transfer(
                Operation.Copy.Kind.COPY,
                copy,
                state,
                taken(copy.from().get(), sources.copiedFrom(copy.from().get()), copy.sources())));
    }

    private Content taken(String from, Optional<Stage> stage, List<String> paths) throws NotCachedException {
        return stage.isPresent() ? sources.ofStage(stage.get(), paths) : sources.ofImage(from, paths);
    }

    private Known add(Instruction.Add add, ImageState state) throws NotCachedException {
        boolean remote = add.sources().stream().anyMatch(source -> REMOTE.matcher(source).matches());
        if (!remote) {
            Operation.Copy.Kind kind = add.unpack().orElse(true) ? Operation.Copy.Kind.ADD : Operation.Copy.Kind.COPY;
            ContentList files =
                    context.files(add.sources(), add.documents(), false, Exclusions.of(add, false, dialect));
            return transfer(kind, add, state, files);
        }
        boolean known = add.checksum().filter(sum -> sum.startsWith("sha256:")).isPresent()
                && add.sources().size() == 1
                && add.sources().getFirst().matches("https?://.*")
                && !add.sources().getFirst().matches(".*\\.git([#?].*)?")
                && add.unpack().isEmpty();
        if (!known) {
            throw new NotCachedException("what " + String.join(" ", add.sources()) + " holds is known only with --checksum");
        }
        String url = add.sources().getFirst().replaceAll("[?#].*", "");
        ContentList.Entry file = new ContentList.Entry.File(
                url.substring(url.lastIndexOf('/') + 1), DOWNLOAD_MODE, Digest.of(add.checksum().get()));
        // A download is not unpacked, so that it is a copy.
        return transfer(Operation.Copy.Kind.COPY, add, state, ContentList.of(List.of(file)));
    }

    private static Known transfer(
            Operation.Copy.Kind kind, Instruction.Transfer transfer, ImageState state, ContentList files) {
        return new Known(
                transfer(kind, transfer, state, new Content.Files(files.digest())), Optional.of(StepFiles.ofCopy(files)));
    }

    private static Operation transfer(
            Operation.Copy.Kind kind, Instruction.Transfer transfer, ImageState state, Content content) {
        return new Operation.Copy(
                kind,
                state.cwd(),
                transfer.destination(),
                transfer.chown().orElse(""),
                transfer.chmod().orElse(""),
                transfer.link(),
                transfer.exclude(),
                content);
    }
}
