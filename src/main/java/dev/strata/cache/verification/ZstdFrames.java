package dev.strata.cache.verification;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * A zstd stream as the decoder can take it, which knows neither frames to be skipped, such as zstd:chunked has them, nor
 * large windows: RFC 8878, sections 3.1.1 and 3.1.2. Frames to be skipped are left out. A frame that asks for a larger
 * window than the decoder has gets the largest one; most of them refer no further back, and of the others the decoder
 * says that it cannot read them. Memory is asked for before the decoder takes it.
 */
final class ZstdFrames extends InputStream {

    /** Bytes of the largest window that the decoder has. */
    static final int LARGEST_WINDOW = 8 * 1024 * 1024;

    private static final int MAGIC = 0xFD2FB528;
    private static final int SKIPPABLE_MAGIC = 0x184D2A50;
    private static final int SKIPPABLE_MASK = 0xFFFFFFF0;
    private static final int LARGEST_BLOCK = 128 * 1024;
    /** What the window descriptor of the largest window is. */
    private static final int LARGEST_DESCRIPTOR = 13 << 3;
    private static final int LONGEST_HEADER = 18;
    private static final int SKIPPED_AT_ONCE = 8 * 1024;

    /** Flags in the frame header descriptor. */
    private static final int SINGLE_SEGMENT = 1 << 5;
    private static final int RESERVED = 1 << 3;
    private static final int CHECKSUM = 1 << 2;
    private static final int DICTIONARY = 3;

    private static final int RLE_BLOCK = 1;
    private static final int RESERVED_BLOCK = 3;

    /** The content is no zstd. */
    static final class BrokenException extends IOException {
        BrokenException(String message) {
            super(message);
        }
    }

    private final InputStream in;
    private final LongConsumer memory;
    private final byte[] pending = new byte[LONGEST_HEADER];
    private int pendingFrom;
    private int pendingTo;
    private long left;
    private boolean isInFrame;
    private boolean isLastBlock;
    private boolean hasChecksum;
    private long largestWindow;

    /** @param memory is told, before the decoder takes it, how many bytes it takes from then on; it may throw */
    ZstdFrames(InputStream in, LongConsumer memory) {
        this.in = in;
        this.memory = memory;
    }

    /** The largest window that a frame asked for up to now. */
    long largestWindow() {
        return largestWindow;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        while (pendingFrom == pendingTo && left == 0) {
            if (!readHeader()) {
                return -1;
            }
        }
        if (pendingFrom < pendingTo) {
            int count = Math.min(length, pendingTo - pendingFrom);
            System.arraycopy(pending, pendingFrom, buffer, offset, count);
            pendingFrom += count;
            return count;
        }
        int count = in.read(buffer, offset, (int) Math.min(length, left));
        if (count < 0) {
            throw new BrokenException("the frame breaks off");
        }
        left -= count;
        return count;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** Reads the header of what comes next; false at the end. */
    private boolean readHeader() throws IOException {
        pendingFrom = 0;
        pendingTo = 0;
        if (!isInFrame) {
            return readFrameHeader();
        }
        if (isLastBlock) {
            isInFrame = false;
            left = hasChecksum ? Integer.BYTES : 0;
        } else {
            readBlockHeader();
        }
        return true;
    }

    private void readBlockHeader() throws IOException {
        int header = (int) number(3);
        int type = header >>> 1 & 3;
        int size = header >>> 3;
        if (type == RESERVED_BLOCK || size > LARGEST_BLOCK) {
            throw new BrokenException("this is no block of zstd");
        }
        isLastBlock = (header & 1) != 0;
        left = type == RLE_BLOCK ? 1 : size;
    }

    private boolean readFrameHeader() throws IOException {
        int first = in.read();
        while (first >= 0) {
            pendingTo = 0;
            pending[pendingTo++] = (byte) first;
            int magic = first | (int) number(3) << 8;
            if (magic == MAGIC) {
                readDescriptors();
                isInFrame = true;
                isLastBlock = false;
                return true;
            }
            if ((magic & SKIPPABLE_MASK) != SKIPPABLE_MAGIC) {
                throw new BrokenException("this is no frame of zstd");
            }
            leaveOut(number(Integer.BYTES));
            pendingTo = 0;
            first = in.read();
        }
        return false;
    }

    private void leaveOut(long bytes) throws IOException {
        byte[] some = new byte[(int) Math.min(bytes, SKIPPED_AT_ONCE)];
        for (long rest = bytes; rest > 0; ) {
            int count = in.read(some, 0, (int) Math.min(rest, some.length));
            if (count < 0) {
                throw new BrokenException("the frame to be skipped breaks off");
            }
            rest -= count;
        }
    }

    /** Reads the rest of a frame's header, and changes it where its window is too large. */
    private void readDescriptors() throws IOException {
        int descriptor = (int) number(1);
        boolean isSingle = (descriptor & SINGLE_SEGMENT) != 0;
        if ((descriptor & RESERVED) != 0 || (descriptor & DICTIONARY) != 0) {
            throw new BrokenException("the frame needs what no layer has: a dictionary, or a later version of zstd");
        }
        hasChecksum = (descriptor & CHECKSUM) != 0;
        long window = isSingle ? 0 : window((int) number(1));
        int sizeFlag = descriptor >>> 6;
        int sizeBytes = sizeFlag == 0 ? isSingle ? 1 : 0 : 1 << sizeFlag;
        long content = number(sizeBytes);
        if (isSingle) {
            window = content < 0 ? Long.MAX_VALUE : content;
        }
        largestWindow = Math.max(largestWindow, window);
        memory.accept(memoryOf(window));
        if (window > LARGEST_WINDOW) {
            byte[] size = Arrays.copyOfRange(pending, pendingTo - sizeBytes, pendingTo);
            pendingTo = Integer.BYTES;
            pending[pendingTo++] = (byte) (descriptor & ~SINGLE_SEGMENT);
            pending[pendingTo++] = LARGEST_DESCRIPTOR;
            System.arraycopy(size, 0, pending, pendingTo, sizeBytes);
            pendingTo += sizeBytes;
        }
    }

    private static long window(int descriptor) {
        long base = 1L << (10 + (descriptor >>> 3));
        return base + base / 8 * (descriptor & 7);
    }

    /** The decoder doubles its buffer until the window fits in, and has two of them meanwhile; and a block, and tables. */
    private static long memoryOf(long window) {
        long kept = Math.clamp(window, LARGEST_BLOCK, LARGEST_WINDOW);
        return Math.min(3 * kept, 2 * LARGEST_WINDOW) + LARGEST_WINDOW / 4;
    }

    /** Reads a number in little-endian order, and keeps its bytes for the decoder. */
    private long number(int bytes) throws IOException {
        if (in.readNBytes(pending, pendingTo, bytes) < bytes) {
            throw new BrokenException("the header breaks off");
        }
        long number = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            number = number << 8 | pending[pendingTo + i] & 0xff;
        }
        pendingTo += bytes;
        return number;
    }
}
