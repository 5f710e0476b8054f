package dev.strata.upkeep.moving;

import dev.strata.oci.Digest;
import dev.strata.problem.RegistryException;
import dev.strata.upkeep.commands.OperationException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The directory of a registry of the distribution project, which docker's image {@code registry} is too. It is read only,
 * also while that registry serves it:
 *
 * <pre>
 * docker/registry/v2/blobs/sha256/ab/abcdef…/data                                  a blob or a manifest
 * docker/registry/v2/repositories/&lt;name&gt;/_manifests/revisions/sha256/abcdef…/link   a manifest of the repository
 * docker/registry/v2/repositories/&lt;name&gt;/_manifests/tags/&lt;tag&gt;/current/link         what a tag points at
 * docker/registry/v2/repositories/&lt;name&gt;/_layers/sha256/abcdef…/link                a blob of the repository
 * </pre>
 *
 * <p>A link is a file with a digest in it. Those of the layers are not read: what a repository's manifests name says more,
 * since a link stays where that registry collected its blob.
 */
final class DistributionDirectory {

    private static final Path USUAL = Path.of("docker", "registry", "v2");
    private static final String MANIFESTS = "_manifests";
    private static final String LINK = "link";
    /** Longer than any digest. */
    private static final int LONGEST_LINK = 256;

    private final Path root;

    private DistributionDirectory(Path root) {
        this.root = root;
    }

    /** @throws OperationException where it is none */
    static DistributionDirectory open(Path given) throws IOException {
        for (Path candidate : List.of(given.resolve(USUAL), given)) {
            if (Files.isDirectory(candidate.resolve("repositories"))) {
                return new DistributionDirectory(candidate.toRealPath());
            }
        }
        throw new OperationException(given + " is no directory of a registry: it has no " + USUAL.resolve("repositories"));
    }

    /** Looks at what was found. */
    interface Visitor<T> {
        void visit(T found) throws IOException;
    }

    /** The names of the repositories, as their directories have them, in order. */
    void repositories(Visitor<String> visitor) throws IOException {
        repositories(root.resolve("repositories"), "", visitor);
    }

    private static void repositories(Path directory, String name, Visitor<String> visitor) throws IOException {
        List<String> below = new ArrayList<>();
        boolean[] isRepository = {false};
        entries(directory, entry -> {
            String part = entry.getFileName().toString();
            if (part.equals(MANIFESTS)) {
                isRepository[0] = true;
            } else if (!part.startsWith("_") && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                below.add(part);
            }
        });
        if (isRepository[0]) {
            visitor.visit(name);
        }
        below.sort(null);
        for (String part : below) {
            repositories(directory.resolve(part), name.isEmpty() ? part : name + "/" + part, visitor);
        }
    }

    /**
     * A link.
     *
     * @param name of what it is the link: a tag, or a manifest's digest as its directories have it
     * @param digest what it says, absent where that is none
     */
    record Link(String name, Optional<Digest> digest) {}

    /** The tags of a repository. One that was deleted has no link. */
    void tags(String repository, Visitor<Link> visitor) throws IOException {
        entries(manifests(repository).resolve("tags"), entry -> {
            Path link = entry.resolve("current").resolve(LINK);
            if (Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
                visitor.visit(new Link(entry.getFileName().toString(), read(link)));
            }
        });
    }

    /** The manifests of a repository. One that was deleted has no link. */
    void revisions(String repository, Visitor<Link> visitor) throws IOException {
        entries(manifests(repository).resolve("revisions"), algorithm -> entries(algorithm, entry -> {
            Path link = entry.resolve(LINK);
            if (Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
                visitor.visit(new Link(algorithm.getFileName() + ":" + entry.getFileName(), read(link)));
            }
        }));
    }

    /** Whether a repository has a manifest, whatever became of its bytes. */
    boolean hasRevision(String repository, Digest digest) throws IOException {
        Path link = manifests(repository)
                .resolve("revisions")
                .resolve(digest.algorithm().prefix())
                .resolve(digest.hex())
                .resolve(LINK);
        return read(link).filter(digest::equals).isPresent();
    }

    private Path manifests(String repository) {
        return root.resolve("repositories").resolve(repository).resolve(MANIFESTS);
    }

    /** The file of a blob or a manifest, which need not be there. */
    Path blob(Digest digest) {
        return root.resolve("blobs")
                .resolve(digest.algorithm().prefix())
                .resolve(digest.hex().substring(0, 2))
                .resolve(digest.hex())
                .resolve("data");
    }

    private static Optional<Digest> read(Path link) throws IOException {
        try (InputStream in = Files.newInputStream(link, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.of(Digest.of(new String(in.readNBytes(LONGEST_LINK), StandardCharsets.UTF_8).strip()));
        } catch (NoSuchFileException | RegistryException e) {
            return Optional.empty();
        }
    }

    private static void entries(Path directory, Visitor<Path> visitor) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                visitor.visit(entry);
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            // nothing there, or no longer: that registry goes on
        }
    }
}
