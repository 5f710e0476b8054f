package dev.strata.access.signin;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Stands for a name and a secret in memory, without being of any use to whoever reads that. */
final class KeyedHash {

    private static final String ALGORITHM = "HmacSHA256";

    /** Has the key and nothing else, and is only copied: finding and keying one takes longer than what it does here. */
    private final Mac keyed;

    /** @param key that nobody has, of this process only */
    KeyedHash(byte[] key) {
        try {
            this.keyed = Mac.getInstance(ALGORITHM);
            keyed.init(new SecretKeySpec(key, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has " + ALGORITHM, e);
        }
    }

    String of(String name, String secret) {
        Mac mac = copy();
        mac.update((name.length() + ":" + name).getBytes(StandardCharsets.UTF_8));
        return Base64.getEncoder().encodeToString(mac.doFinal(secret.getBytes(StandardCharsets.UTF_8)));
    }

    private Mac copy() {
        try {
            return (Mac) keyed.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("Java's own " + ALGORITHM + " can be copied", e);
        }
    }
}
