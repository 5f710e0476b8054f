package dev.strata.step;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What a step does to the file system that it starts from, and all that it can see besides that. */
public sealed interface Operation {

    /** The directory where nothing else is said. */
    String ROOT = "/";

    /** The contents that it takes from elsewhere. */
    Stream<Content> contents();

    /** The digests of the lists of files that it takes, in the order of {@link #contents}; none of stages and images. */
    default List<Digest> listedContents() {
        return contents()
                .flatMap(content -> content instanceof Content.Files(Digest digest) ? Stream.of(digest) : Stream.empty())
                .toList();
    }

    /** What stands for all of them: the only one, or the digest of the canonical array of several. */
    default Optional<Digest> listedContent() {
        List<Digest> listed = listedContents();
        if (listed.size() <= 1) {
            return listed.stream().findFirst();
        }
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        listed.forEach(digest -> array.add(digest.toString()));
        return Optional.of(Digest.ofContent(
                DigestAlgorithm.SHA256, CanonicalJson.of(array).getBytes(StandardCharsets.UTF_8)));
    }

    /** The same operation on other contents. */
    Operation mapContents(UnaryOperator<Content> change);

    /**
     * Reads an operation: the JSON of a step without version, platform and parent.
     *
     * @throws RegistryException STEP_INVALID with the field that is missing, unknown or of another shape
     */
    static Operation of(JsonNode json) {
        return StepReader.operation(json);
    }

    /** The operation as JSON; fields that have their default value are left out. */
    default ObjectNode toJson() {
        return StepWriter.json(this);
    }

    /**
     * A command is run.
     *
     * @param argv the command, after SHELL is applied; the text of a here-document is part of it
     * @param env the environment that it sees, without its values
     * @param user who runs it; empty for the default
     * @param cwd where it is run
     * @param mounts what is mounted for it, in their order
     * @param network {@value #DEFAULT_NETWORK}, none or host
     * @param security {@value #DEFAULT_SECURITY} or insecure
     */
    record Run(
            List<String> argv,
            Environment env,
            String user,
            String cwd,
            List<StepMount> mounts,
            String network,
            String security)
            implements Operation {

        public static final String DEFAULT_NETWORK = "default";
        public static final String DEFAULT_SECURITY = "sandbox";

        /** @throws RegistryException STEP_INVALID for no command */
        public Run {
            argv = List.copyOf(argv);
            cwd = cwd.isEmpty() ? ROOT : cwd;
            mounts = List.copyOf(mounts);
            if (argv.isEmpty()) {
                throw new RegistryException(Problem.STEP_INVALID, "a command is missing", Map.of("field", "argv"));
            }
        }

        @Override
        public Stream<Content> contents() {
            return mounts.stream().flatMap(mount -> mount.content().stream());
        }

        @Override
        public Run mapContents(UnaryOperator<Content> change) {
            List<StepMount> mapped =
                    mounts.stream().map(mount -> mount.mapContent(change)).toList();
            return new Run(argv, env, user, cwd, mapped, network, security);
        }
    }

    /**
     * Files are copied.
     *
     * @param kind by which instruction
     * @param cwd where a relative destination begins; {@value #ROOT} where the destination is absolute
     * @param dest the destination as it is written
     * @param chown whom the files belong to then; empty for the default
     * @param chmod which permissions they have then; empty for their own
     * @param link whether they are copied beside the file system instead of into it
     * @param exclude patterns of files that are left out, in their order
     * @param content what is copied
     */
    record Copy(
            Kind kind,
            String cwd,
            String dest,
            String chown,
            String chmod,
            boolean link,
            List<String> exclude,
            Content content)
            implements Operation {

        /** COPY takes files as they are; ADD also unpacks archives. */
        public enum Kind {
            COPY,
            ADD
        }

        /** @throws RegistryException STEP_INVALID without a destination */
        public Copy {
            cwd = cwd.isEmpty() || dest.startsWith(ROOT) ? ROOT : cwd;
            exclude = List.copyOf(exclude);
            if (dest.isEmpty()) {
                throw new RegistryException(Problem.STEP_INVALID, "a destination is missing", Map.of("field", "dest"));
            }
        }

        @Override
        public Stream<Content> contents() {
            return Stream.of(content);
        }

        @Override
        public Copy mapContents(UnaryOperator<Content> change) {
            return new Copy(kind, cwd, dest, chown, chmod, link, exclude, change.apply(content));
        }
    }

    /**
     * The working directory is changed, and made where it is missing.
     *
     * @param cwd the directory that is reached, as an absolute path
     * @param user whom it belongs to where it is made; empty for the default
     */
    record Workdir(String cwd, String user) implements Operation {

        public Workdir {
            cwd = cwd.isEmpty() ? ROOT : cwd;
        }

        @Override
        public Stream<Content> contents() {
            return Stream.empty();
        }

        @Override
        public Workdir mapContents(UnaryOperator<Content> change) {
            return this;
        }
    }
}
