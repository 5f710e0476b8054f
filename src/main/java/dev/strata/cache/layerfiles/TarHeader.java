package dev.strata.cache.layerfiles;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A header of a tar, in the forms that all builders read alike: POSIX.1-1988 "ustar", and GNU's. What one of them could
 * read otherwise is refused.
 */
final class TarHeader {

    static final int BYTES = 512;

    private static final byte[] USTAR = {'u', 's', 't', 'a', 'r', 0, '0', '0'};
    private static final byte[] GNU = {'u', 's', 't', 'a', 'r', ' ', ' ', 0};
    private static final byte[] STAR = {'t', 'a', 'r', 0};
    private static final int CHECKSUM_AT = 148;
    private static final int CHECKSUM_BYTES = 8;

    /** The tar is not one that is understood. */
    static final class UnclearException extends Exception {
        UnclearException(String message) {
            super(message, null, false, false);
        }
    }

    private final byte[] block;
    private final boolean isGnu;

    /** @throws UnclearException for what is no header, and one of another form */
    TarHeader(byte[] block) throws UnclearException {
        this.block = block;
        this.isGnu = is(GNU, 257);
        if (!isGnu && !is(USTAR, 257) || !isGnu && is(STAR, 508)) {
            throw new UnclearException("a header of another form");
        }
        requireChecksum();
    }

    private boolean is(byte[] mark, int at) {
        return Arrays.equals(mark, 0, mark.length, block, at, at + mark.length);
    }

    private void requireChecksum() throws UnclearException {
        long sum = 0;
        for (int i = 0; i < BYTES; i++) {
            boolean isItself = i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_BYTES;
            sum += isItself ? ' ' : block[i] & 0xff;
        }
        if (sum != number(CHECKSUM_AT, CHECKSUM_BYTES)) {
            throw new UnclearException("a wrong checksum");
        }
    }

    char type() {
        return (char) (block[156] & 0xff);
    }

    String path() throws UnclearException {
        String name = text(0, 100);
        String prefix = isGnu ? "" : text(345, 155);
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    String target() throws UnclearException {
        return text(157, 100);
    }

    int mode() throws UnclearException {
        return (int) (number(100, 8) & 07777);
    }

    long uid() throws UnclearException {
        return number(108, 8);
    }

    long gid() throws UnclearException {
        return number(116, 8);
    }

    long size() throws UnclearException {
        return number(124, 12);
    }

    String device() throws UnclearException {
        return number(329, 8) + ":" + number(337, 8);
    }

    private String text(int from, int length) throws UnclearException {
        int end = from;
        while (end < from + length && block[end] != 0) {
            end++;
        }
        return utf8(block, from, end - from);
    }

    /** @throws UnclearException for what is no UTF-8: what such a name is depends on who reads it */
    static String utf8(byte[] bytes, int from, int length) throws UnclearException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, length)).toString();
        } catch (CharacterCodingException e) {
            throw new UnclearException("a name that is no UTF-8");
        }
    }

    /** Octal digits, or GNU's binary form for what does not fit. */
    private long number(int from, int length) throws UnclearException {
        return (block[from] & 0x80) != 0 ? binary(from, length) : octal(from, length);
    }

    private long binary(int from, int length) throws UnclearException {
        long number = block[from] & 0x7f;
        for (int i = from + 1; i < from + length; i++) {
            if (number >>> 55 != 0) {
                throw new UnclearException("a number that is too large");
            }
            number = number << 8 | block[i] & 0xff;
        }
        return number;
    }

    private long octal(int from, int length) throws UnclearException {
        int start = from;
        int end = from + length;
        while (start < end && (block[start] == ' ' || block[start] == 0)) {
            start++;
        }
        while (end > start && (block[end - 1] == ' ' || block[end - 1] == 0)) {
            end--;
        }
        long number = 0;
        for (int i = start; i < end; i++) {
            if (block[i] < '0' || block[i] > '7') {
                throw new UnclearException("no number");
            }
            number = number << 3 | block[i] - '0';
        }
        return number;
    }
}
