package dev.strata.database.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * How a file of the {@link Journal} looks. It begins with a header, which has a version; records follow, each with a
 * header of its own. That one's checksum covers where the record stands and the id in the file's name, so that a reader
 * who lost its way finds the next record by looking for its marker, and takes nothing else for one.
 */
final class JournalFormat {

    /** The first eight bytes of a file. */
    static final long MAGIC = 0x5374_7261_7461_4A0AL;
    static final int VERSION = 1;
    /** Of the file: magic, version, end of the file before it or -1, checksum. */
    static final int FILE_HEADER = 8 + 4 + 8 + 4;
    /** The first four bytes of a record. */
    static final int MARKER = 0xE7D2_5A91;
    /** Of a record: marker, length, how far the file had been forced, checksum of these, checksum of the content. */
    static final int RECORD_HEADER = 4 + 4 + 8 + 4 + 4;

    private static final int LEAST_AHEAD = 64 * 1024;
    private static final int MOST_AHEAD = 1024 * 1024;

    private JournalFormat() {}

    /**
     * How long a file is made when a record is to end at this place. Forcing a file whose length stays as it is costs
     * about half of forcing one that has grown, because the file system has nothing to note but the bytes. What is not
     * used yet is zeros, more of them the longer the file is already.
     */
    static long lengthFor(long end) {
        return end + Math.clamp(end, LEAST_AHEAD, MOST_AHEAD);
    }

    /** @param earlierEnd where the file before this one ends, all of which is on the disk; -1 where that is not known */
    static ByteBuffer fileHeader(long id, long earlierEnd) {
        return ByteBuffer.allocate(FILE_HEADER)
                .putLong(MAGIC)
                .putInt(VERSION)
                .putLong(earlierEnd)
                .putInt(fileChecksum(id, VERSION, earlierEnd))
                .flip();
    }

    static int fileChecksum(long id, int version, long earlierEnd) {
        return checksum(ByteBuffer.allocate(28).putLong(id).putLong(MAGIC).putInt(version).putLong(earlierEnd).flip());
    }

    /**
     * @param start where in the file the record stands
     * @param forced up to where the file is known to be on the disk
     */
    static ByteBuffer record(long id, long start, long forced, byte[] content) {
        return ByteBuffer.allocate(RECORD_HEADER + content.length)
                .putInt(MARKER)
                .putInt(content.length)
                .putLong(forced)
                .putInt(headerChecksum(id, start, content.length, forced))
                .putInt(checksum(ByteBuffer.wrap(content)))
                .put(content)
                .flip();
    }

    static int headerChecksum(long id, long start, int length, long forced) {
        return checksum(ByteBuffer.allocate(28).putLong(id).putLong(start).putInt(length).putLong(forced).flip());
    }

    static int checksum(ByteBuffer bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        return (int) checksum.getValue();
    }
}
