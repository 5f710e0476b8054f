package dev.strata.storage.directory;

import dev.strata.oci.Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The directory that holds everything, locked as long as it is open: for this process alone, or for all those that share
 * one database. The one place that knows its layout:
 *
 * <pre>
 * lock                           held by the processes that serve this directory; its bytes are locks between them
 * database                       the name of the database whose directory it is, where processes share it
 * identity                       tells this directory from those of other replicas, where blobs are elsewhere
 * metadata/strata.mv.db          the embedded database
 * metadata/journal-17-…          changes that were acknowledged since the database was forced last
 * metadata/damaged-journal-17-…  a journal in which something was found broken, kept for whoever looks into it
 * metadata/set-aside-17-…        a change that could not be made again, kept likewise
 * blobs/sha256/ab/abcdef…        a blob, named by its digest, under the digest's first two digits
 * blobs/sha512/cd/cdef…
 * uploads/0b8f…-…/               an upload session:
 *   session                        owner and digest algorithm
 *   data                           the bytes that have arrived
 *   closing-sha256-abcdef…         under which digest it is being committed
 *   taken                          its bytes are those of another file, to which nobody may write
 * broken/sha256-abcdef…-17…      a blob or a manifest whose bytes were found broken, set aside for whoever looks into it
 * socket                         where whoever has this directory gives commands to that process
 * restoring                      while a backup is being restored to it: it cannot be served
 * probe-…                        a byte that a health check writes and deletes
 * </pre>
 */
public final class DataDirectory implements AutoCloseable {

    private static final List<String> PARTS = List.of("metadata", "blobs", "uploads", "broken");
    private static final String LOCK = "lock";
    private static final String DATABASE = "database";
    private static final String IDENTITY = "identity";
    private static final String SOCKET = "socket";
    private static final String RESTORING = "restoring";
    private static final String PROBE = "probe-";

    private final Path root;
    private final FileChannel lockFile;
    private final Optional<FileLocks> locks;

    private DataDirectory(Path root, FileChannel lockFile, boolean isShared) {
        this.root = root;
        this.lockFile = lockFile;
        this.locks = isShared ? Optional.of(new FileLocks(lockFile)) : Optional.empty();
    }

    /**
     * Creates the directory where it is missing, and locks it for this process alone.
     *
     * @throws DataDirectoryException where it cannot be written, or another process serves it
     */
    public static DataDirectory open(Path root) throws IOException {
        return open(root, false);
    }

    /** The same for this process and all others that open it so: those that share one database. */
    public static DataDirectory openShared(Path root) throws IOException {
        return open(root, true);
    }

    private static DataDirectory open(Path root, boolean isShared) throws IOException {
        try {
            return openLocked(root, isShared);
        } catch (FileSystemException e) {
            throw DataDirectoryException.unusable(root, e);
        }
    }

    private static DataDirectory openLocked(Path root, boolean isShared) throws IOException {
        if (Files.exists(root.resolve(RESTORING))) {
            throw DataDirectoryException.unfinished(root);
        }
        Files.createDirectories(root);
        for (String part : PARTS) {
            Files.createDirectories(root.resolve(part));
        }
        force(root);
        FileChannel lockFile = FileChannel.open(
                root.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (tryLock(lockFile, isShared) == null) {
            lockFile.close();
            throw DataDirectoryException.served(root);
        }
        return new DataDirectory(root, lockFile, isShared);
    }

    /** Who serves it alone has all bytes of the file; who shares it has the first one, with the others. */
    private static @Nullable FileLock tryLock(FileChannel lockFile, boolean isShared) throws IOException {
        try {
            return isShared ? lockFile.tryLock(0, 1, true) : lockFile.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // this very process serves it already
        }
    }

    /**
     * Begins to fill a directory from a backup, or goes on with that.
     *
     * @return empty where it has other content
     */
    public static Optional<Restoring> restoring(Path root) throws IOException {
        Files.createDirectories(root);
        Path marker = root.resolve(RESTORING);
        if (!Files.exists(marker)) {
            try (Stream<Path> content = Files.list(root)) {
                if (content.findAny().isPresent()) {
                    return Optional.empty();
                }
            }
            Files.createFile(marker);
        }
        Files.createDirectories(root.resolve("metadata"));
        force(root);
        return Optional.of(new Restoring(root));
    }

    /** A directory that is being restored. Nobody can serve it before that is finished. */
    public record Restoring(Path root) {

        /** Where a blob's file comes to lie. */
        public Path blob(Digest digest) {
            return root.resolve("blobs").resolve(location(digest));
        }

        /** For a file that is not whole yet. */
        public Path unfinished() {
            return root.resolve("unfinished");
        }

        /** Where the embedded database comes to lie. */
        public Path metadata() {
            return root.resolve("metadata");
        }

        /** All is there, and its bytes are forced: forces the names, and lets it be served. */
        public void finish() throws IOException {
            Files.deleteIfExists(unfinished());
            try (Stream<Path> all = Files.find(root, 3, (path, attributes) -> attributes.isDirectory())) {
                for (Path directory : all.toList()) {
                    force(directory);
                }
            }
            Files.delete(root.resolve(RESTORING));
            force(root);
        }
    }

    private static void force(Path directory) throws IOException {
        try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    public Path root() {
        return root;
    }

    /**
     * Sees to it that processes that share it share a database too: to another one's processes, what these store is garbage.
     *
     * @param database a name that no other database has
     * @throws DataDirectoryException where it is another one's
     */
    public void belongTo(String database) throws IOException {
        Path name = root.resolve(DATABASE);
        if (!Files.exists(name)) {
            Path written = Files.writeString(Files.createTempFile(root, PROBE, ""), database);
            Files.move(written, name, StandardCopyOption.ATOMIC_MOVE); // of two at the same moment, one is refused below
            force(root);
        }
        if (!Files.readString(name).equals(database)) {
            throw DataDirectoryException.another(root, name);
        }
    }

    /** What holds between the processes that share it; empty where this one has it alone. */
    public Optional<FileLocks> locks() {
        return locks;
    }

    /** Tells it from other directories. Whatever an earlier process noted with it belongs to nobody who is alive. */
    public String identity() throws IOException {
        Path file = root.resolve(IDENTITY);
        if (!Files.exists(file) || Files.size(file) == 0) {
            Files.writeString(file, UUID.randomUUID().toString());
        }
        return Files.readString(file);
    }

    /** The embedded database's file, without the ending that the database adds. */
    public Path database() {
        return metadata().resolve("strata");
    }

    /** Where the process that serves a directory takes commands. */
    public static Path socket(Path root) {
        return root.resolve(SOCKET);
    }

    /** Where the embedded database and its journal lie. */
    public Path metadata() {
        return root.resolve("metadata");
    }

    /** Where bytes on their way lie. */
    public Path uploads() {
        return root.resolve("uploads");
    }

    /** Where the files of blobs lie: see {@link #location}. */
    public Path blobs() {
        return root.resolve("blobs");
    }

    /** Where what was found broken is set aside: see {@link #setAside}. */
    public Path broken() {
        return root.resolve("broken");
    }

    /** Where a blob's file lies, relative to the directory of the blobs. */
    public static String location(Digest digest) {
        return digest.algorithm().prefix() + "/" + digest.hex().substring(0, 2) + "/" + digest.hex();
    }

    /** How what is broken is called where it is set aside. */
    public String setAside(Digest digest, long millis) {
        return digest.algorithm().prefix() + "-" + digest.hex() + "-" + millis;
    }

    /** Says whether an entry of the root is one of the directories that stand there. */
    public boolean isPart(Path entry) {
        return PARTS.contains(entry.getFileName().toString());
    }

    /** Says whether an entry of the root is a file that this process keeps there itself. */
    public boolean isOwnFile(Path entry) {
        String name = entry.getFileName().toString();
        return name.equals(LOCK)
                || name.equals(DATABASE)
                || name.equals(IDENTITY)
                || name.equals(SOCKET)
                || name.startsWith(PROBE);
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }
}
