package dev.strata.database;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files to which changes are appended, and which are forced before a change is acknowledged. Forcing such a file costs
 * a tenth of forcing the embedded database, which writes every page that a change touches.
 *
 * <p>The files are numbered; a record is its length, which is never 0, its checksum and its bytes. What stands behind
 * the last whole record was never acknowledged.
 */
final class Journal implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Journal.class);

    private static final String PREFIX = "journal-";
    private static final Pattern NAME = Pattern.compile(PREFIX + "([0-9]{1,18})");
    private static final int HEADER_BYTES = 8;

    private final Path directory;
    private final GroupForce forces = new GroupForce(this::forceFile);
    private volatile Current current;
    private volatile boolean failed;

    private record Current(long number, Path file, FileChannel channel) {}

    private Journal(Path directory, Current current) {
        this.directory = directory;
        this.current = current;
    }

    /** Begins a file with this number in the directory; it must not be there. */
    static Journal begin(Path directory, long number) throws IOException {
        return new Journal(directory, create(directory, number));
    }

    /** Reads the changes of the files before the current one, in order, and says how many there were. */
    int readEarlier(Consumer<byte[]> change) {
        try {
            int count = 0;
            for (Path file : files(directory).headMap(number(), false).values()) {
                count += read(file, change);
            }
            return count;
        } catch (IOException e) {
            throw new UncheckedIOException("The journal cannot be read", e);
        }
    }

    private static int read(Path file, Consumer<byte[]> change) throws IOException {
        int count = 0;
        long size = Files.size(file);
        long end = 0;
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            while (size - end >= HEADER_BYTES) {
                int length = in.readInt();
                int checksum = in.readInt();
                // A crash may leave anything behind what was forced: zeros have the checksum of an empty record.
                if (length <= 0 || length > size - end - HEADER_BYTES) {
                    break;
                }
                byte[] bytes = in.readNBytes(length);
                if (checksum != checksum(bytes)) {
                    break;
                }
                change.accept(bytes);
                count++;
                end += HEADER_BYTES + length;
            }
        }
        if (holdsMore(file, end)) {
            log.warn(
                    "{} has {} bytes from byte {} on that are no whole change, as a crash leaves one that was not yet"
                            + " acknowledged; they are left out",
                    file,
                    size - end,
                    end);
        }
        return count;
    }

    /** Says whether there is more than zeros, which file systems leave where a file had grown and was not forced. */
    private static boolean holdsMore(Path file, long from) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            in.skipNBytes(from);
            int value = in.read();
            while (value == 0) {
                value = in.read();
            }
            return value > 0;
        }
    }

    /** The highest number of a file that is there, -1 where there is none. */
    static long lastNumber(Path directory) throws IOException {
        TreeMap<Long, Path> files = files(directory);
        return files.isEmpty() ? -1 : files.lastKey();
    }

    /** By their numbers. What else lies there, such as a copy that somebody made, is left alone. */
    private static TreeMap<Long, Path> files(Path directory) throws IOException {
        TreeMap<Long, Path> files = new TreeMap<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, PREFIX + "*")) {
            for (Path file : found) {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches()) {
                    files.put(Long.valueOf(name.group(1)), file);
                }
            }
        }
        return files;
    }

    private static Current create(Path directory, long number) throws IOException {
        Path file = directory.resolve(PREFIX + number);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
            names.force(true);
        }
        return new Current(number, file, channel);
    }

    private static int checksum(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        return (int) checksum.getValue();
    }

    /** Appends a change. It is durable after {@link #force}. */
    void append(byte[] change) {
        ByteBuffer record = ByteBuffer.allocate(HEADER_BYTES + change.length);
        record.putInt(change.length).putInt(checksum(change)).put(change).flip();
        write(record);
    }

    private synchronized void write(ByteBuffer record) {
        FileChannel channel = current.channel();
        try {
            long end = channel.position();
            try {
                while (record.hasRemaining()) {
                    channel.write(record);
                }
            } catch (IOException e) {
                channel.truncate(end).position(end); // or the next record would stand behind half of this one
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The journal cannot be written", e);
        }
    }

    /**
     * Returns when everything that was appended before is durable.
     *
     * @throws UncheckedIOException where it is not; then nothing is, until a checkpoint made it durable elsewhere
     */
    void force() {
        forces.await();
    }

    private void forceFile() {
        if (failed) {
            throw new UncheckedIOException(new IOException("The journal could not be forced to the disk before"));
        }
        try {
            current.channel().force(false);
        } catch (IOException e) {
            failed = true; // the kernel may have dropped what it could not write, and would succeed the next time
            throw new UncheckedIOException("The journal cannot be forced to the disk", e);
        }
    }

    boolean isEmpty() {
        return size() == 0;
    }

    private long size() {
        try {
            return current.channel().size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long number() {
        return current.number();
    }

    /**
     * Goes on in a file with the next number. What the earlier ones hold must become durable in the database before
     * they are deleted.
     */
    void rotate() {
        forces.exclude(this::goOnInNextFile);
    }

    private synchronized void goOnInNextFile() {
        try {
            Current earlier = current;
            if (!failed) {
                earlier.channel().force(false); // whoever still waits for it will force the next one
            }
            current = create(directory, earlier.number() + 1);
            earlier.channel().close();
        } catch (IOException e) {
            throw new UncheckedIOException("The journal cannot go on in another file", e);
        }
    }

    /** Deletes the files before the one that is written to, after what they hold became durable in the database. */
    void deleteEarlier() {
        failed = false;
        try {
            for (Path file : List.copyOf(files(directory).headMap(number(), false).values())) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The journal's earlier files cannot be deleted", e);
        }
    }

    @Override
    public void close() throws IOException {
        current.channel().close();
    }
}
