package dev.strata.database.journal;

import dev.strata.storage.directory.Disk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files to which changes are appended, and which are forced before a change is acknowledged. Forcing such a file costs
 * a tenth of forcing the embedded database, which writes every page that a change touches. They are filled with zeros
 * ahead of what is written, see {@link JournalFormat#lengthFor}.
 *
 * <p>The files are numbered. {@link JournalFormat} says what they look like, {@link JournalReader} reads them.
 */
public final class Journal implements AutoCloseable {

    /** How the names of files begin that are kept, because something in them is no change. */
    public static final String DAMAGED = "damaged-";

    private static final Logger log = LoggerFactory.getLogger(Journal.class);

    /** In bytes, how many of them are written at once. */
    private static final int ZEROS = 64 * 1024;

    private final Disk disk;
    private final Path directory;
    private final LongSupplier ids;
    private final GroupForce forces = new GroupForce(this::forceFile);
    private volatile Current current;
    /** The highest number that was given to a file, also where it could not be created. */
    private long lastNumber;

    /** The file that is written to. */
    private static final class Current {

        private final JournalFile file;
        private final FileChannel channel;
        /** Where the next record goes. */
        private volatile long end = JournalFormat.FILE_HEADER;
        /** Up to where all is on the disk. */
        private volatile long forced;
        /** The file's length, at least; behind the last record it is filled with zeros. */
        private long length = JournalFormat.FILE_HEADER;

        Current(JournalFile file, FileChannel channel) {
            this.file = file;
            this.channel = channel;
        }
    }

    /**
     * Begins a file behind those that are there.
     *
     * @param ids random numbers
     */
    public Journal(Disk disk, Path directory, LongSupplier ids) throws IOException {
        this.disk = disk;
        this.directory = directory;
        this.ids = ids;
        List<JournalFile> files = JournalFile.list(directory);
        this.lastNumber = files.isEmpty() ? -1 : files.getLast().number();
        this.current = create();
        writeHeader(current, -1);
    }

    /** The files before the one that is written to, in order. */
    public List<JournalFile> earlier() {
        try {
            return JournalFile.list(directory).stream()
                    .filter(file -> file.number() < current.file.number())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("The journal's files cannot be listed", e);
        }
    }

    private Current create() throws IOException {
        lastNumber++;
        JournalFile file = JournalFile.of(directory, lastNumber, ids.getAsLong());
        Current created =
                new Current(file, disk.open(file.path(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        disk.forceNames(directory);
        return created;
    }

    private static void writeHeader(Current to, long earlierEnd) throws IOException {
        write(to.channel, JournalFormat.fileHeader(to.file.id(), earlierEnd), 0);
    }

    private static void write(FileChannel channel, ByteBuffer bytes, long start) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes, start + bytes.position());
        }
    }

    /**
     * Appends a change. It is durable after {@link #force}.
     *
     * @throws UncheckedIOException where it cannot be written, and nothing of it is
     */
    public synchronized void append(byte[] change) {
        disk.requireSound();
        Current to = current;
        long start = to.end;
        ByteBuffer record = JournalFormat.record(to.file.id(), start, to.forced, change);
        long end = start + record.remaining();
        try {
            if (end > to.length) {
                to.length = lengthen(to, end);
            }
            write(to.channel, record, start);
        } catch (IOException e) {
            takeBack(to, start);
            throw new UncheckedIOException("The journal cannot be written", e);
        }
        to.end = end;
    }

    /** Fills the file with zeros beyond a record that is to end there. */
    private static long lengthen(Current file, long end) throws IOException {
        long length = JournalFormat.lengthFor(end);
        ByteBuffer zeros = ByteBuffer.allocate(ZEROS);
        for (long position = file.length; position < length; position += zeros.limit()) {
            write(file.channel, zeros.rewind().limit((int) Math.min(ZEROS, length - position)), position);
        }
        return length;
    }

    private void takeBack(Current from, long start) {
        try {
            from.channel.truncate(start);
            from.length = start;
        } catch (IOException e) {
            throw disk.failed("a part of a record stays in " + from.file.path(), e);
        }
    }

    /**
     * Returns when everything that was appended before is durable.
     *
     * @throws dev.strata.problem.RegistryException STORAGE_FAILED where it is not, now and from now on
     */
    public void force() {
        Current mine = current;
        // What was appended to an earlier file was forced before this one was begun.
        if (mine.forced < mine.end) {
            forces.await();
        }
    }

    private void forceFile() {
        disk.requireSound();
        force(current);
    }

    private void force(Current file) {
        long end = file.end;
        try {
            file.channel.force(false);
        } catch (IOException e) {
            throw disk.failed(file.file.path() + " could not be forced to the disk", e);
        }
        file.forced = end;
    }

    public boolean isEmpty() {
        return current.end == JournalFormat.FILE_HEADER;
    }

    /**
     * Goes on in a new file, and says in which. What the earlier ones hold must become durable in the database before they are
     * deleted.
     *
     * @throws UncheckedIOException where there can be no new file; then it goes on in the old one
     */
    public JournalFile rotate() {
        forces.exclude(this::goOnInNextFile);
        return current.file;
    }

    private synchronized void goOnInNextFile() {
        disk.requireSound();
        Current earlier = current;
        try {
            Current next = create();
            force(earlier); // whoever still waits for it will find it forced
            try {
                writeHeader(next, earlier.end);
            } catch (IOException e) {
                next.channel.close();
                Files.delete(next.file.path());
                throw e;
            }
            current = next;
            earlier.channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("The journal cannot go on in another file", e);
        }
    }

    /**
     * Deletes the files before the one that is written to, after what they hold became durable in the database: the first
     * one first, since later ones must not be missing where an earlier one is made again.
     *
     * @param kept those that are damaged; they get another name
     */
    public void deleteEarlier(Set<Path> kept) {
        try {
            for (JournalFile file : earlier()) {
                if (kept.contains(file.path())) {
                    disk.move(file.path(), directory.resolve(DAMAGED + file.path().getFileName()));
                } else {
                    disk.delete(file.path());
                }
                disk.forceNames(directory);
            }
        } catch (IOException e) {
            log.warn("An earlier file of the journal cannot be deleted; the next checkpoint tries again", e);
        }
    }

    @Override
    public void close() throws IOException {
        try (FileChannel channel = current.channel) {
            if (disk.failure().isEmpty()) {
                channel.truncate(current.end); // the zeros are for what would have come
            }
        }
    }
}
