package dev.strata.web;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.math.BigInteger;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of a content that an answer carries: RFC 9110, section 14. Spring's {@code HttpRange} would answer 416 where
 * the RFC lets a server ignore the header, and takes a last byte for an error that is larger than a long.
 *
 * @param first the first byte
 * @param end the byte after the last
 * @param partial whether a range was asked for and is honoured
 */
record ByteRange(long first, long end, boolean partial) {

    private static final Pattern SINGLE = Pattern.compile("bytes=\\s*([0-9]*)-([0-9]*)\\s*");

    static ByteRange whole(long size) {
        return new ByteRange(0, size, false);
    }

    /**
     * Reads a Range header. Several ranges at once, other units and what is no range are ignored, as section 14.2
     * allows.
     *
     * @throws RegistryException RANGE_NOT_SATISFIABLE
     */
    static ByteRange of(String header, long size) {
        Matcher range = SINGLE.matcher(header);
        if (!range.matches() || range.group(1).isEmpty() && range.group(2).isEmpty()) {
            return whole(size);
        }
        if (range.group(1).isEmpty()) {
            long suffix = position(range.group(2), size);
            return satisfiable(header, size - suffix, size, size);
        }
        long first = position(range.group(1), size);
        long end = range.group(2).isEmpty() ? size : Math.min(size, position(range.group(2), size) + 1);
        return satisfiable(header, first, end, size);
    }

    /** A number of any length; what lies behind the content's end is that end. */
    private static long position(String digits, long size) {
        return new BigInteger(digits).min(BigInteger.valueOf(size)).longValue();
    }

    private static ByteRange satisfiable(String header, long first, long end, long size) {
        if (first >= end) {
            throw new RegistryException(
                    Problem.RANGE_NOT_SATISFIABLE,
                    "the range lies outside of the blob",
                    Map.of("range", header, "size", size));
        }
        return new ByteRange(first, end, true);
    }

    long length() {
        return end - first;
    }

    String contentRange(long size) {
        return "bytes " + first + "-" + (end - 1) + "/" + size;
    }
}
