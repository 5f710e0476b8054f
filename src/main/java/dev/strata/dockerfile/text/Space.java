package dev.strata.dockerfile.text;

import java.util.regex.Pattern;

/** What BuildKit takes for space: which characters depends on where they stand. */
public final class Space {

    /** What parts an instruction's name from its arguments, and most arguments from one another. */
    public static final Pattern BETWEEN_ARGUMENTS = Pattern.compile("[\t\u000B\f\r ]+");

    private Space() {}

    /** Whether Unicode says that it is space, as Go reads Unicode. */
    public static boolean is(int character) {
        return switch (character) {
            case '\t', '\n', 0x0B, '\f', '\r', ' ', 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000 -> true;
            default -> character >= 0x2000 && character <= 0x200A;
        };
    }

    public static String trimStart(String text) {
        int start = 0;
        while (start < text.length() && is(text.charAt(start))) {
            start++;
        }
        return text.substring(start);
    }

    public static String trim(String text) {
        int end = text.length();
        while (end > 0 && is(text.charAt(end - 1))) {
            end--;
        }
        return trimStart(text.substring(0, end));
    }

    /** Without these characters at its end. */
    public static String trimEnd(String text, String characters) {
        int end = text.length();
        while (end > 0 && characters.indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        return text.substring(0, end);
    }
}
