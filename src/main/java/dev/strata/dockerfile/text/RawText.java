package dev.strata.dockerfile.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Text from files whose bytes may be anything, as a string that loses none of them: what is UTF-8 is read so, and each
 * other byte becomes half of a surrogate pair, {@code U+DC80} to {@code U+DCFF}. Nothing else writes such halves, and
 * canonical JSON refuses them, so text that is no Unicode is never mistaken for other text.
 */
public final class RawText {

    private static final int BYTE = 0xDC00;

    private RawText() {}

    /** The text that these bytes are. */
    public static String of(byte[] bytes) {
        int plain = 0;
        while (plain < bytes.length && bytes[plain] >= 0) {
            plain++;
        }
        if (plain == bytes.length) {
            return new String(bytes, StandardCharsets.US_ASCII);
        }
        StringBuilder text = new StringBuilder(bytes.length);
        for (int i = 0; i < bytes.length; ) {
            int length = lengthOfCharacter(bytes, i);
            if (length == 0) {
                text.append((char) (BYTE | bytes[i++] & 0xFF));
            } else if (length == 1) {
                text.append((char) bytes[i++]);
            } else {
                text.append(new String(bytes, i, length, StandardCharsets.UTF_8));
                i += length;
            }
        }
        return text.toString();
    }

    /** The bytes that a text was read from. */
    public static byte[] bytes(String text) {
        if (isUnicode(text)) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); ) {
            int character = text.codePointAt(i);
            if (isByte(character)) {
                bytes.write(character & 0xFF);
            } else {
                bytes.writeBytes(Character.toString(character).getBytes(StandardCharsets.UTF_8));
            }
            i += Character.charCount(character);
        }
        return bytes.toByteArray();
    }

    /** Whether all of a text is Unicode. */
    public static boolean isUnicode(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                return false;
            }
        }
        return true;
    }

    /** A text that was put together of parts, between which a character may have been cut. */
    public static String joined(String text) {
        return isUnicode(text) ? text : of(bytes(text));
    }

    /** Each byte of a text as a character of its own, as BuildKit sees it in some places. */
    public static String byByte(String text) {
        return new String(bytes(text), StandardCharsets.ISO_8859_1);
    }

    /** The text of {@link #byByte}. */
    public static String ofBytes(String byByte) {
        return of(byByte.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** With U+FFFD for each byte that is no text, as Go replaces it. */
    public static String replaced(String text) {
        if (isUnicode(text)) {
            return text;
        }
        StringBuilder replaced = new StringBuilder(text.length());
        text.codePoints().forEach(character -> replaced.appendCodePoint(isByte(character) ? '\uFFFD' : character));
        return replaced.toString();
    }

    /** Whether a code point stands for a byte that is no text. */
    static boolean isByte(int character) {
        return character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE;
    }

    /** How many bytes the character there has; 0 where there is none: too long a form, half of a pair, a stray byte. */
    private static int lengthOfCharacter(byte[] bytes, int at) {
        int first = bytes[at] & 0xFF;
        if (first < 0x80) {
            return 1;
        }
        int length = first >= 0xC2 && first < 0xE0 ? 2 : first >= 0xE0 && first < 0xF0 ? 3 : first >= 0xF0 && first < 0xF5 ? 4 : 0;
        if (length == 0 || at + length > bytes.length) {
            return 0;
        }
        int value = first & (0xFF >> (length + 1));
        for (int i = 1; i < length; i++) {
            int next = bytes[at + i] & 0xFF;
            if ((next & 0xC0) != 0x80) {
                return 0;
            }
            value = value << 6 | next & 0x3F;
        }
        boolean isCharacter = length == 2
                || length == 3 && value >= 0x800 && (value < 0xD800 || value > 0xDFFF)
                || length == 4 && value >= 0x10000 && value <= 0x10FFFF;
        return isCharacter ? length : 0;
    }
}
