package dev.strata.access.passwords;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;

/**
 * Secrets that are made here: a prefix, 36 random characters, and 6 that are their checksum. A scanner that finds one in a
 * file knows it for what it is, and one that was mistyped is refused without asking the database.
 */
public enum Secret {
    ROBOT("strata_robot_"),
    REFRESH("strata_refresh_");

    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int RANDOM = 36;
    private static final int CHECKSUM = 6;

    private final String prefix;

    Secret(String prefix) {
        this.prefix = prefix;
    }

    /** A new one, of 214 random bits. */
    public String create(RandomGenerator random) {
        StringBuilder text = new StringBuilder(prefix);
        for (int i = 0; i < RANDOM; i++) {
            text.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
        }
        return text.append(checksum(text)).toString();
    }

    public boolean hasPrefix(String text) {
        return text.startsWith(prefix);
    }

    /** Whether a text can be one. */
    public boolean is(String text) {
        return hasPrefix(text)
                && text.length() == prefix.length() + RANDOM + CHECKSUM
                && text.substring(text.length() - CHECKSUM)
                        .equals(checksum(text.subSequence(0, text.length() - CHECKSUM)));
    }

    /** SHA-256: what is random needs no slow hash. */
    public static byte[] hash(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    private static String checksum(CharSequence text) {
        CRC32 crc = new CRC32();
        crc.update(text.toString().getBytes(StandardCharsets.UTF_8));
        char[] digits = new char[CHECKSUM];
        Arrays.fill(digits, DIGITS.charAt(0));
        long rest = crc.getValue();
        for (int i = CHECKSUM - 1; rest > 0; i--) {
            digits[i] = DIGITS.charAt((int) (rest % DIGITS.length()));
            rest /= DIGITS.length();
        }
        return new String(digits);
    }
}
