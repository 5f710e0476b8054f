package dev.strata.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;

/** Texts and numbers that somebody did not think of. */
record OddText(Choice choice) {

    private static final List<String> TEXTS = List.of(
            "", " ", "\t", "\u0000", "a\u0000b", "null", "NaN", "true", "[]", "{}", "\"", "'", "\\", "%", "%00", "%zz", "%2F", "..",
            "../../etc/passwd", "a//b", "/", "*", "?", "#", ";", "&", "=", "😀", "👩‍👩‍👧‍👦", "é", "e\u0301", "\u202e", "\ufeff",
            "\ud800", "İ", "ß", "日本語", "a\r\nX: y", "<script>", "' OR 1=1 --", "$%7Bjndi:x%7D", "{0}", "%s%n", "sha256:",
            "sha256:zz", "sha512:00", "md5:d41d8cd98f00b204e9800998ecf8427e", "latest", "_catalog", "_strata", "a@b", "a:b");
    private static final List<String> NUMBERS = List.of(
            "0", "-0", "1", "-1", "00", "1.0", "0.1", "1e3", "1e400", "-1e400", "1_0", "٣", "+1", "0x10", "2147483647",
            "2147483648", "-2147483648", "4294967296", "9007199254740993", "9223372036854775807", "9223372036854775808",
            "-9223372036854775808", "-9223372036854775809", "18446744073709551616", "1" + "0".repeat(400));

    String any() {
        return switch (choice.below(6)) {
            case 0, 1 -> choice.from(TEXTS);
            case 2 -> number();
            case 3 -> choice.from(TEXTS).repeat(choice.between(2, 300));
            case 4 -> letters(choice.length(20_000));
            default -> new String(choice.bytes(choice.length(300)), UTF_8);
        };
    }

    String number() {
        return choice.from(NUMBERS);
    }

    /** As long as it is asked for, of letters that no grammar refuses. */
    String letters(int length) {
        StringBuilder letters = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            letters.append((char) ('a' + choice.below(26)));
        }
        return letters.toString();
    }

    String digest() {
        return (choice.oneIn(8) ? "sha512:" : "sha256:") + hex(choice.oneIn(8) ? 128 : 64);
    }

    private String hex(int length) {
        StringBuilder hex = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            hex.append(Character.forDigit(choice.below(16), 16));
        }
        return hex.toString();
    }
}
