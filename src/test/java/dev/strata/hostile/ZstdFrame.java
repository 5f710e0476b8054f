package dev.strata.hostile;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** Frames of zstd written by hand, as no compressor of ours writes them: RFC 8878, section 3.1.1. */
final class ZstdFrame {

    private static final int BLOCK = 128 << 10;
    private static final int RAW = 0;
    private static final int REPEATED = 1;
    private static final int SMALLEST_WINDOW_LOG = 10;

    private final ByteArrayOutputStream frame = new ByteArrayOutputStream();

    private ZstdFrame(int windowLog) {
        frame.writeBytes(new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0x00});
        frame.write((windowLog - SMALLEST_WINDOW_LOG) << 3);
    }

    /** Becomes so many zeros, at four bytes for each 128 KiB; 4 GiB are no more than 131 KB. */
    static byte[] bomb(long size, int windowLog) {
        ZstdFrame made = new ZstdFrame(windowLog);
        for (long left = size; left > 0; left -= BLOCK) {
            made.header(REPEATED, (int) Math.min(left, BLOCK), left <= BLOCK);
            made.frame.write(0);
        }
        return made.frame.toByteArray();
    }

    /** Content as it is, in a frame that asks for a window of this size. */
    static byte[] stored(byte[] content, int windowLog) {
        ZstdFrame made = new ZstdFrame(windowLog);
        for (int from = 0; from < content.length; from += BLOCK) {
            byte[] block = Arrays.copyOfRange(content, from, Math.min(from + BLOCK, content.length));
            made.header(RAW, block.length, from + BLOCK >= content.length);
            made.frame.writeBytes(block);
        }
        return made.frame.toByteArray();
    }

    private void header(int type, int size, boolean last) {
        int header = size << 3 | type << 1 | (last ? 1 : 0);
        frame.write(header);
        frame.write(header >> 8);
        frame.write(header >> 16);
    }
}
