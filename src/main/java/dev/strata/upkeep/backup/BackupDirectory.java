package dev.strata.upkeep.backup;

import dev.strata.oci.Digest;
import dev.strata.storage.StoredBlob;
import dev.strata.upkeep.commands.OperationException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/**
 * Where backups lie. Blobs never change, so all backups share them:
 *
 * <pre>
 * lock                                held by who writes a backup
 * blobs/sha256/ab/abcdef…             a blob of any of them
 * runs/2026-11-30T21.05.00.123Z/      a backup:
 *   metadata.zip                        the embedded database
 *   blobs                               the blobs that belong to it, a digest, a size and a location in each line
 * runs/2026-11-30T22.05.00.123Z.unfinished  one that is being written, or was broken off
 * </pre>
 *
 * <p>A run has its name only when all of it is durable.
 */
final class BackupDirectory implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(BackupDirectory.class);

    static final String METADATA = "metadata.zip";
    static final String BLOBS = "blobs";
    private static final String UNFINISHED = ".unfinished";
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH.mm.ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final int PART = 256 * 1024;

    private final Path root;
    private final FileChannel lock;
    /** Directories with names that are not forced yet. */
    private final Set<Path> touched = new TreeSet<>();

    private BackupDirectory(Path root, FileChannel lock) {
        this.root = root;
        this.lock = lock;
    }

    /** @throws OperationException where somebody else writes to it */
    static BackupDirectory open(Path root) throws IOException {
        Files.createDirectories(root.resolve("runs"));
        Files.createDirectories(root.resolve(BLOBS));
        FileChannel lock = FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!isFree(lock)) {
            lock.close();
            throw new OperationException("another backup is being written to " + root);
        }
        BackupDirectory directory = new BackupDirectory(root, lock);
        directory.touched.addAll(List.of(root.toAbsolutePath().getParent(), root));
        return directory;
    }

    private static boolean isFree(FileChannel lock) throws IOException {
        try {
            return lock.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // this very process writes it
        }
    }

    /** Where a blob lies in a directory of backups. */
    static Path blob(Path root, Digest digest) {
        return root.resolve(BLOBS)
                .resolve(digest.algorithm().prefix())
                .resolve(digest.hex().substring(0, 2))
                .resolve(digest.hex());
    }

    /** The names of the backups that are whole, the oldest first. */
    static List<String> runs(Path root) throws IOException {
        try (Stream<Path> runs = Files.list(root.resolve("runs"))) {
            return runs.map(run -> run.getFileName().toString())
                    .filter(name -> !name.endsWith(UNFINISHED))
                    .sorted()
                    .toList();
        }
    }

    boolean has(StoredBlob blob) throws IOException {
        Path file = blob(root, blob.digest());
        return Files.exists(file) && Files.size(file) == blob.size();
    }

    /**
     * Takes a blob's bytes, and computes their digest on the way.
     *
     * @param mayLink whether it may be another name of the same file
     * @return whether they are what they should be; nothing stays where they are not
     */
    boolean put(StoredBlob blob, Path source, boolean mayLink) throws IOException {
        return put(blob, unfinished -> bring(source, unfinished, blob.digest(), mayLink));
    }

    /** Takes bytes that are in no file of this machine. */
    boolean put(StoredBlob blob, InputStream source) throws IOException {
        return put(blob, unfinished -> copy(source, unfinished, blob.digest()));
    }

    /** Brings bytes to a file, and says whether they are what they should be. */
    private interface Bringing {
        boolean to(Path unfinished) throws IOException;
    }

    private boolean put(StoredBlob blob, Bringing bringing) throws IOException {
        Path target = blob(root, blob.digest());
        Files.createDirectories(target.getParent());
        Path unfinished = root.resolve("blobs").resolve("unfinished");
        Files.deleteIfExists(unfinished);
        if (!bringing.to(unfinished)) {
            Files.deleteIfExists(unfinished);
            return false;
        }
        Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
        Files.deleteIfExists(unfinished); // a move onto another name of the same file does nothing
        Path fan = target.getParent();
        touched.addAll(List.of(fan, fan.getParent(), fan.getParent().getParent()));
        return true;
    }

    /**
     * Brings a file's bytes to another name, durably but for that name. Says whether they have the digest that they should
     * have.
     */
    static boolean bring(Path source, Path target, Digest digest, boolean mayLink) throws IOException {
        if (mayLink && linked(source, target)) {
            try (InputStream in = Files.newInputStream(target)) {
                return hash(in, digest, OutputStream.nullOutputStream()).equals(digest);
            }
        }
        try (InputStream in = Files.newInputStream(source)) {
            return copy(in, target, digest);
        }
    }

    private static boolean copy(InputStream source, Path target, Digest digest) throws IOException {
        Digest actual;
        try (OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
            actual = hash(source, digest, out);
        }
        force(target);
        return actual.equals(digest);
    }

    private static boolean linked(Path source, Path target) {
        try {
            Files.createLink(target, source);
            return Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException | UnsupportedOperationException e) {
            log.debug("{} cannot be linked, and is copied", source, e); // as a rule it is on another disk
            return false;
        }
    }

    private static Digest hash(InputStream source, Digest digest, OutputStream out) throws IOException {
        MessageDigest hash = digest.algorithm().messageDigest();
        byte[] part = new byte[PART];
        for (int count = source.read(part); count >= 0; count = source.read(part)) {
            hash.update(part, 0, count);
            out.write(part, 0, count);
        }
        return Digest.ofBytes(hash.digest());
    }

    /** Begins a backup; what others left unfinished goes. */
    Path begin(Instant now) throws IOException {
        Path runs = root.resolve("runs");
        try (Stream<Path> left = Files.list(runs)) {
            for (Path run : left.filter(path -> path.toString().endsWith(UNFINISHED)).toList()) {
                FileSystemUtils.deleteRecursively(run);
            }
        }
        return Files.createDirectory(runs.resolve(NAME.format(now) + UNFINISHED));
    }

    /** Makes all of a backup durable, gives it its name, and returns that. */
    String finish(Path unfinished) throws IOException {
        try (Stream<Path> files = Files.list(unfinished)) {
            for (Path file : files.toList()) {
                force(file);
            }
        }
        force(unfinished);
        for (Path directory : touched) {
            force(directory);
        }
        String name = unfinished.getFileName().toString().replace(UNFINISHED, "");
        Files.move(unfinished, unfinished.resolveSibling(name), StandardCopyOption.ATOMIC_MOVE);
        force(unfinished.getParent());
        return name;
    }

    /** Deletes a backup, but for its blobs. */
    void delete(String run) throws IOException {
        Path runs = root.resolve("runs");
        Path unfinished = runs.resolve(run + UNFINISHED); // it is no backup any more before a part of it is gone
        Files.move(runs.resolve(run), unfinished, StandardCopyOption.ATOMIC_MOVE);
        force(runs);
        FileSystemUtils.deleteRecursively(unfinished);
    }

    static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** A line of the list of blobs. */
    static String line(StoredBlob blob) {
        return blob.digest() + " " + blob.size() + " " + blob.location();
    }

    /** @return empty for what is no line; the location is empty in lists that have none yet */
    static Optional<StoredBlob> read(String line) {
        String[] words = line.split(" ");
        return words.length >= 2
                ? Optional.of(new StoredBlob(
                        Digest.of(words[0]), Long.parseLong(words[1]), words.length > 2 ? words[2] : ""))
                : Optional.empty();
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
