package dev.strata.storage;

import dev.strata.oci.Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The directory that holds everything, locked for this process as long as it is open. The one place that knows its
 * layout:
 *
 * <pre>
 * lock                           held by the process that serves this directory
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
 * probe-…                        a byte that a health check writes and deletes
 * </pre>
 */
public final class DataDirectory implements AutoCloseable {

    private static final List<String> PARTS = List.of("metadata", "blobs", "uploads", "broken");
    private static final String LOCK = "lock";
    private static final String SOCKET = "socket";
    private static final String PROBE = "probe-";

    private final Path root;
    private final FileChannel lockFile;

    private DataDirectory(Path root, FileChannel lockFile) {
        this.root = root;
        this.lockFile = lockFile;
    }

    /**
     * Creates the directory where it is missing, and locks it.
     *
     * @throws DataDirectoryException where it cannot be written, or another process serves it
     */
    public static DataDirectory open(Path root) throws IOException {
        try {
            return openLocked(root);
        } catch (FileSystemException e) {
            throw DataDirectoryException.unusable(root, e);
        }
    }

    private static DataDirectory openLocked(Path root) throws IOException {
        Files.createDirectories(root);
        for (String part : PARTS) {
            Files.createDirectories(root.resolve(part));
        }
        try (FileChannel names = FileChannel.open(root, StandardOpenOption.READ)) {
            names.force(true);
        }
        FileChannel lockFile =
                FileChannel.open(root.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (tryLock(lockFile) == null) {
            lockFile.close();
            throw DataDirectoryException.served(root);
        }
        return new DataDirectory(root, lockFile);
    }

    private static @Nullable FileLock tryLock(FileChannel lockFile) throws IOException {
        try {
            return lockFile.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // this very process serves it already
        }
    }

    public Path root() {
        return root;
    }

    /** The embedded database's file, without the ending that the database adds. */
    public Path database() {
        return metadata().resolve("strata");
    }

    /** Where the process that serves a directory takes commands. */
    public static Path socket(Path root) {
        return root.resolve(SOCKET);
    }

    Path metadata() {
        return root.resolve("metadata");
    }

    Path uploads() {
        return root.resolve("uploads");
    }

    Path blobs() {
        return root.resolve("blobs");
    }

    Path broken() {
        return root.resolve("broken");
    }

    /** Where a blob's file lies, relative to the directory of the blobs. */
    static String location(Digest digest) {
        return digest.algorithm().prefix() + "/" + digest.hex().substring(0, 2) + "/" + digest.hex();
    }

    /** How what is broken is called where it is set aside. */
    String setAside(Digest digest, long millis) {
        return digest.algorithm().prefix() + "-" + digest.hex() + "-" + millis;
    }

    /** Says whether an entry of the root is one of the directories that stand there. */
    boolean isPart(Path entry) {
        return PARTS.contains(entry.getFileName().toString());
    }

    /** Says whether an entry of the root is a file that this process keeps there itself. */
    boolean isOwnFile(Path entry) {
        String name = entry.getFileName().toString();
        return name.equals(LOCK) || name.equals(SOCKET) || name.startsWith(PROBE);
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }
}
