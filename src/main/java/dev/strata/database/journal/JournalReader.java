package dev.strata.database.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads a file of the {@link Journal}, and goes on behind whatever in it is no whole record.
 *
 * <p>A crash leaves a torn end, which was never acknowledged. Damage is something else: a place that cannot be read,
 * although a later record or the file after this one says that it had been forced.
 */
final class JournalReader implements AutoCloseable {

    /** Takes a record's content, and where it stands. */
    interface Records {
        void take(byte[] content, long start) throws IOException;
    }

    /** Bytes that are no whole record. */
    record Gap(long from, long to) {}

    /**
     * What was found beside the records.
     *
     * @param count how many records there were
     * @param lost places that had been forced, so that an acknowledged change may have stood there
     * @param unclear places of which nobody knows whether they had been forced
     * @param torn how many bytes at the end are a record that was not written to its end
     */
    record Found(int count, List<Gap> lost, List<Gap> unclear, long torn) {}

    private static final int WINDOW = 64 * 1024;

    private final JournalFile file;
    private final FileChannel channel;
    private final long size;
    /** Up to where the file had been forced, as far as is known. */
    private long forced;

    /** @param forced up to where it is known that the file had been forced, 0 where that is not known */
    JournalReader(JournalFile file, long forced) throws IOException {
        this.file = file;
        this.channel = FileChannel.open(file.path(), StandardOpenOption.READ);
        this.size = channel.size();
        this.forced = forced;
    }

    /**
     * Where the file before this one ended when all of it had been forced; empty where this one does not say.
     *
     * @throws IOException where a later version of Strata wrote the file
     */
    Optional<Long> earlierEnd() throws IOException {
        if (!hasHeader()) {
            return Optional.empty();
        }
        ByteBuffer header = read(0, JournalFormat.FILE_HEADER).position(Long.BYTES);
        int version = header.getInt();
        long earlierEnd = header.getLong();
        if (version != JournalFormat.VERSION) {
            throw new IOException(file.path() + " has the format " + version + ", and this version of Strata reads "
                    + JournalFormat.VERSION + " only: start it with the version of Strata that wrote it");
        }
        return earlierEnd < 0 ? Optional.empty() : Optional.of(earlierEnd);
    }

    private boolean hasHeader() throws IOException {
        ByteBuffer header = read(0, JournalFormat.FILE_HEADER);
        return header.remaining() == JournalFormat.FILE_HEADER
                && header.getLong() == JournalFormat.MAGIC
                && JournalFormat.fileChecksum(file.id(), header.getInt(), header.getLong()) == header.getInt();
    }

    Found read(Records records) throws IOException {
        List<Gap> gaps = new ArrayList<>();
        int count = 0;
        long torn = 0;
        if (!hasHeader()) {
            addGap(gaps, 0, Math.min(size, JournalFormat.FILE_HEADER));
        }
        long position = Math.min(size, JournalFormat.FILE_HEADER);
        while (position < size) {
            if (size - position < JournalFormat.RECORD_HEADER) {
                torn = size - position;
                break;
            }
            Optional<Header> found = header(position);
            if (found.isEmpty()) {
                long next = nextHeader(position + 1);
                torn = unfinished(position, JournalFormat.RECORD_HEADER);
                if (torn > 0) {
                    break;
                }
                addGap(gaps, position, next);
                position = next;
                continue;
            }
            Header header = found.get();
            forced = Math.max(forced, header.forced());
            if (header.end() > size) {
                torn = size - position;
                break;
            }
            byte[] content = read(header.start() + JournalFormat.RECORD_HEADER, header.length()).array();
            if (JournalFormat.checksum(ByteBuffer.wrap(content)) == header.contentChecksum()) {
                records.take(content, position);
                count++;
            } else {
                torn = unfinished(position, header.end() - position);
                if (torn > 0) {
                    break;
                }
                addGap(gaps, position, header.end());
            }
            position = header.end();
        }
        long missing = Math.max(0, forced - size);
        if (torn > 0 && position < forced || missing > 0) {
            gaps.add(new Gap(position, Math.max(position + torn, forced)));
            torn = 0;
        }
        return new Found(
                count,
                gaps.stream().filter(gap -> gap.from() < forced).toList(),
                gaps.stream().filter(gap -> gap.from() >= forced).toList(),
                torn);
    }

    /** Zeros are what the journal fills its files with, and what file systems leave where a file had grown. */
    private void addGap(List<Gap> gaps, long from, long to) throws IOException {
        if (to < size || endOfContent(from) > from || from < forced) {
            gaps.add(new Gap(from, to));
        }
    }

    private record Header(long start, int length, long forced, int contentChecksum) {

        long end() {
            return start + JournalFormat.RECORD_HEADER + length;
        }
    }

    /** The header that stands there, where one does. */
    private Optional<Header> header(long start) throws IOException {
        ByteBuffer bytes = read(start, JournalFormat.RECORD_HEADER);
        if (bytes.remaining() < JournalFormat.RECORD_HEADER || bytes.getInt() != JournalFormat.MARKER) {
            return Optional.empty();
        }
        int length = bytes.getInt();
        long forced = bytes.getLong();
        boolean whole = bytes.getInt() == JournalFormat.headerChecksum(file.id(), start, length, forced);
        return whole && length > 0
                ? Optional.of(new Header(start, length, forced, bytes.getInt()))
                : Optional.empty();
    }

    /** Where the next header stands; the file's size where none does. */
    private long nextHeader(long from) throws IOException {
        for (long begin = from; begin < size; begin += WINDOW) {
            ByteBuffer window = read(begin, WINDOW + Integer.BYTES - 1);
            for (int i = 0; i + Integer.BYTES <= window.limit(); i++) {
                if (window.getInt(i) == JournalFormat.MARKER && header(begin + i).isPresent()) {
                    return begin + i;
                }
            }
        }
        return size;
    }

    /** How many bytes there are of a record that was not written to its end, so that nothing but zeros follows; or 0. */
    private long unfinished(long start, long length) throws IOException {
        long written = endOfContent(start) - start;
        return written < length ? written : 0;
    }

    /** Behind the last byte that is not zero. */
    private long endOfContent(long from) throws IOException {
        for (long end = size; end > from; end -= WINDOW) {
            long begin = Math.max(from, end - WINDOW);
            ByteBuffer window = read(begin, (int) (end - begin));
            for (int i = window.limit() - 1; i >= 0; i--) {
                if (window.get(i) != 0) {
                    return begin + i + 1;
                }
            }
        }
        return from;
    }

    /** As many of these bytes as there are. */
    private ByteBuffer read(long from, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.max(0, Math.min(length, size - from)));
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, from + bytes.position()) < 0) {
                throw new IOException(file.path() + " became shorter while it was read");
            }
        }
        return bytes.flip();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
