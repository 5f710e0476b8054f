package dev.strata.dockerfile.text;

import java.util.Locale;
import java.util.regex.Pattern;

/** Numbers in the forms in which mounts take them. */
public final class Numbers {

    private static final Pattern SIZE = Pattern.compile("[+]?(\\d+\\.?\\d*|\\.\\d+) ?(b|[kmgtp](i?b)?)?");
    private static final int MOST_DIGITS = 18;

    private Numbers() {}

    /** Whether it is a number of 32 bits. */
    public static boolean isUnsigned(String text, int radix) {
        if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c < '0' + radix)) {
            return false;
        }
        String digits = text.replaceFirst("^0+", "");
        return digits.length() <= MOST_DIGITS
                && (digits.isEmpty() || Long.parseLong(digits, radix) <= 0xFFFF_FFFFL);
    }

    /** Whether it is a size such as {@code 64m} or {@code 1.5 GiB}. */
    public static boolean isSize(String text) {
        return SIZE.matcher(text.toLowerCase(Locale.ROOT)).matches();
    }
}
