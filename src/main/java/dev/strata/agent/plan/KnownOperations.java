package dev.strata.agent.plan;

import dev.strata.agent.builders.Dialect;
import dev.strata.agent.context.ContextFiles;
import dev.strata.agent.context.Exclusions;
import dev.strata.agent.context.NotCachedException;
import dev.strata.dockerfile.Instruction;
import dev.strata.dockerfile.Mount;
import dev.strata.dockerfile.Stage;
import dev.strata.problem.RegistryException;
import dev.strata.step.Content;
import dev.strata.step.ContentList;
import dev.strata.step.Operation;
import dev.strata.step.Operations;
import dev.strata.step.StepFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Says of an instruction what the cache has to know of it, or why the cache must not know it. */
final class KnownOperations {

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
    record Known(Operation operation, Optional<StepFiles> files) {}

    private final ContextFiles context;
    private final Sources sources;
    private final Optional<String> network;
    private final Dialect dialect;

    /**
     * @param network what the command line says for the whole build
     * @param dialect of the builder that carries it out
     */
    KnownOperations(ContextFiles context, Sources sources, Optional<String> network, Dialect dialect) {
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
        Taken taken = new Taken();
        try {
            return Operations.of(instruction, state.seen(), state.expansion(), network, taken)
                    .map(operation -> new Known(operation, taken.files()))
                    .orElseThrow(() -> new IllegalArgumentException("This makes no layer: " + instruction));
        } catch (RegistryException e) {
            throw new NotCachedException(e.getMessage());
        }
    }

    /** What one instruction takes. */
    private final class Taken implements Operations.Contents<NotCachedException> {

        private final List<ContentList> mounted = new ArrayList<>();
        private Optional<ContentList> copied = Optional.empty();

        Optional<StepFiles> files() {
            return mounted.isEmpty() ? copied.map(StepFiles::ofCopy) : Optional.of(StepFiles.ofMounts(mounted));
        }

        @Override
        public Content bound(Mount mount) throws NotCachedException {
            String path = mount.source().orElse("/");
            if (mount.from().isPresent()) {
                return elsewhere(mount.from().get(), sources.mountedFrom(mount.from().get()), List.of(path));
            }
            ContentList list = context.files(List.of(path), List.of(), false);
            mounted.add(list);
            return new Content.Files(list.digest());
        }

        @Override
        public Content copied(Instruction.Copy copy) throws NotCachedException {
            if (copy.parents() && copy.sources().stream().anyMatch(source -> source.contains("/./"))) {
                throw new NotCachedException("which directories /./ keeps is not understood");
            }
            if (copy.from().isEmpty()) {
                return files(context.files(
                        copy.sources(), copy.documents(), copy.parents(), Exclusions.of(copy, copy.parents(), dialect)));
            }
            if (copy.parents() || !copy.documents().isEmpty()) {
                throw new NotCachedException("COPY --from with --parents or here-documents is not understood");
            }
            return elsewhere(copy.from().get(), sources.copiedFrom(copy.from().get()), copy.sources());
        }

        @Override
        public Content added(Instruction.Add add) throws NotCachedException {
            if (!Operations.isRemote(add)) {
                return files(
                        context.files(add.sources(), add.documents(), false, Exclusions.of(add, false, dialect)));
            }
            return files(Operations.download(add)
                    .orElseThrow(() -> new NotCachedException(
                            "what " + String.join(" ", add.sources()) + " holds is known only with --checksum")));
        }

        private Content files(ContentList list) {
            copied = Optional.of(list);
            return new Content.Files(list.digest());
        }

        private Content elsewhere(String from, Optional<Stage> stage, List<String> paths) throws NotCachedException {
            return stage.isPresent() ? sources.ofStage(stage.get(), paths) : sources.ofImage(from, paths);
        }
    }
}
