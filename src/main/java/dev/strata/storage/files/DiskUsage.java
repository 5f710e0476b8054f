package dev.strata.storage.files;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.problem.RegistryException;
import dev.strata.storage.StoredBlob;
import dev.strata.storage.directory.DataDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * What the data directory occupies: the lengths of files, and of the directories themselves, in bytes, as
 * {@code du --apparent-size} counts them. Files that come and go meanwhile are counted or not.
 */
@Component
public class DiskUsage {

    /** In how many directories the blobs of an algorithm lie. */
    public static final int FANS = 256;

    private static final Pattern FAN = Pattern.compile("[0-9a-f]{2}");
    private static final Set<String> ALGORITHMS =
            Arrays.stream(DigestAlgorithm.values()).map(DigestAlgorithm::prefix).collect(Collectors.toSet());

    private final DataDirectory directory;

    DiskUsage(DataDirectory directory) {
        this.directory = directory;
    }

    /**
     * What lies beside the blobs.
     *
     * @param uploads files of uploads under way
     * @param broken blobs that were set aside
     * @param metadata the embedded database, the journal, the lock, and all directories, those of the blobs too
     * @param strays files that are nothing of Strata's
     */
    public record BesideBlobs(long uploads, long broken, long metadata, long strays) {}

    /** Measures all but the blobs; it reads the names of the directories in which they lie. */
    public BesideBlobs besideBlobs() {
        Sizes uploads = sizes(directory.uploads());
        Sizes broken = sizes(directory.broken());
        Sizes metadata = sizes(directory.metadata());
        Sizes fans = new Sizes(0, length(directory.blobs()));
        Sizes strays = new Sizes(0, 0);
        for (Path algorithm : entries(directory.blobs())) {
            if (!ALGORITHMS.contains(algorithm.getFileName().toString())) {
                strays = strays.plus(sizes(algorithm));
                continue;
            }
            fans = fans.plus(new Sizes(0, length(algorithm)));
            for (Path fan : entries(algorithm)) {
                if (FAN.matcher(fan.getFileName().toString()).matches()) {
                    fans = fans.plus(new Sizes(0, length(fan)));
                } else {
                    strays = strays.plus(sizes(fan));
                }
            }
        }
        Sizes root = new Sizes(0, length(directory.root()));
        for (Path entry : entries(directory.root())) {
            if (directory.isOwnFile(entry)) {
                root = root.plus(sizes(entry));
            } else if (!directory.isPart(entry)) {
                strays = strays.plus(sizes(entry));
            }
        }
        long directories = uploads.directories() + broken.directories() + fans.directories();
        return new BesideBlobs(
                uploads.files(), broken.files(), metadata.all() + directories + root.all(), strays.all());
    }

    /**
     * The files that lie where the blobs whose digests begin with a byte lie.
     *
     * @param fan the byte, 0 to {@link #FANS} − 1
     */
    public Fan blobs(DigestAlgorithm algorithm, int fan) {
        Map<Digest, Long> blobs = new HashMap<>();
        long strays = 0;
        Path parent = directory.blobs().resolve(algorithm.prefix()).resolve(String.format("%02x", fan));
        for (Path file : entries(parent)) {
            try {
                blobs.put(new Digest(algorithm, file.getFileName().toString()), length(file));
            } catch (RegistryException e) {
                strays += sizes(file).all(); // no blob has such a name
            }
        }
        return new Fan(blobs, strays);
    }

    /** Files that have the names of blobs and were not written since some time, with all that is needed to delete them. */
    public List<StoredBlob> unchangedBlobs(DigestAlgorithm algorithm, int fan, Instant since) {
        List<StoredBlob> unchanged = new ArrayList<>();
        blobs(algorithm, fan).blobs().forEach((digest, size) -> {
            String location = DataDirectory.location(digest);
            if (changed(directory.blobs().resolve(location)).filter(since::isAfter).isPresent()) {
                unchanged.add(new StoredBlob(digest, size, location));
            }
        });
        return unchanged;
    }

    private static Optional<Instant> changed(Path file) {
        try {
            return Optional.of(Files.getLastModifiedTime(file).toInstant());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * @param blobs the lengths of files that have the names of blobs
     * @param strays the lengths of all others
     */
    public record Fan(Map<Digest, Long> blobs, long strays) {}

    private static List<Path> entries(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long length(Path path) {
        try {
            return Files.size(path);
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Sizes(long files, long directories) {

        long all() {
            return files + directories;
        }

        Sizes plus(Sizes other) {
            return new Sizes(files + other.files, directories + other.directories);
        }
    }

    private static Sizes sizes(Path root) {
        Adder adder = new Adder();
        try {
            Files.walkFileTree(root, adder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Sizes(adder.files, adder.directories);
    }

    private static final class Adder extends SimpleFileVisitor<Path> {

        private long files;
        private long directories;

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            directories += attributes.size();
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            files += attributes.size();
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw e;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) {
            return FileVisitResult.CONTINUE;
        }
    }
}
