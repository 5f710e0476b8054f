package dev.strata.cache.lookup;

import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.step.Step;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/**
 * Steps as answers tell them. A step has the SHA-256 digest of each variable's value, from which a short secret can be
 * guessed; an answer has a digest that is keyed with a secret of this installation in its place. Where a variable of a
 * repository has the same value again, its keyed digest is the same.
 */
@Component
public class ToldSteps {

    private static final String ALGORITHM = "HmacSHA256";
    private static final String PREFIX = "hmac-sha256:";
    private static final String VARIABLES = "env";

    private final JdbcTemplate jdbc;
    private final AtomicReference<@Nullable SecretKeySpec> secret = new AtomicReference<>();

    ToldSteps(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** @param repository whose step it is */
    public ObjectNode told(RepositoryName repository, Step step) {
        ObjectNode json = step.toJson();
        if (json.get(VARIABLES) instanceof ObjectNode variables) {
            Mac mac = mac();
            for (String name : variables.propertyNames().toArray(String[]::new)) {
                Digest value = Digest.of(variables.get(name).stringValue());
                variables.put(name, keyed(mac, repository + "\n" + name + "=" + value));
            }
        }
        return json;
    }

    private static String keyed(Mac mac, String text) {
        return PREFIX + HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }

    private Mac mac() {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(secret());
            return mac;
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("Every Java runtime has " + ALGORITHM, e);
        }
    }

    /** It never changes, so that it may be read twice. */
    private SecretKeySpec secret() {
        SecretKeySpec known = secret.get();
        if (known == null) {
            known = new SecretKeySpec(jdbc.queryForObject("select secret from cache_secret", byte[].class), ALGORITHM);
            secret.set(known);
        }
        return known;
    }
}
