package dev.strata.storage.bucket;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The bucket that holds the blobs where {@code strata.storage.kind=s3}. Credentials come from where the AWS SDK looks for
 * them: the environment, system properties, a web identity, files below the home, the machine.
 *
 * @param bucket its name; it must exist
 * @param region the region to sign for; where it is not said, as the SDK finds it, or else us-east-1
 * @param endpoint the address of a store that is not AWS's
 * @param pathStyle whether the bucket's name stands in the path and not in the host's name
 * @param prefix what the names of all objects begin with
 * @param encryption what the store is asked to encrypt objects with: nothing, AES256 or aws:kms
 * @param kmsKey the key for aws:kms, where it is not the account's own
 * @param connections how many there are at most for pulls, and as many again for all else
 * @param deadline how long a request to the store is tried again before the client gets 503
 * @param redirect who is sent to the store for a blob: "off" nobody, "on" everybody, or those whose User-Agent has one of
 *     these words in it
 * @param redirectEndpoint the address under which clients reach the store, where it is another
 * @param redirectValidity how long such an address is good
 */
@ConfigurationProperties("strata.storage.s3")
public record BucketProperties(
        Optional<String> bucket,
        Optional<String> region,
        Optional<URI> endpoint,
        @DefaultValue("false") boolean pathStyle,
        @DefaultValue("") String prefix,
        @DefaultValue("none") Encryption encryption,
        Optional<String> kmsKey,
        @DefaultValue("64") int connections,
        @DefaultValue("30s") Duration deadline,
        @DefaultValue("off") List<String> redirect,
        Optional<URI> redirectEndpoint,
        @DefaultValue("20m") Duration redirectValidity) {

    /** What the store encrypts objects with. */
    public enum Encryption {
        NONE,
        AES256,
        AWS_KMS
    }

    public BucketProperties {
        if (connections < 4) {
            throw new IllegalArgumentException("strata.storage.s3.connections must be 4 at least");
        }
        if (!deadline.isPositive()) {
            throw new IllegalArgumentException("strata.storage.s3.deadline must be longer than nothing");
        }
        if (redirectValidity.compareTo(Duration.ofMinutes(1)) < 0 || redirectValidity.compareTo(Duration.ofDays(7)) > 0) {
            throw new IllegalArgumentException("strata.storage.s3.redirect-validity must be from 1m to 7d");
        }
        if (!prefix.isEmpty() && !prefix.endsWith("/")) {
            prefix = prefix + "/";
        }
        redirect = List.copyOf(redirect);
    }

    /** The bucket's name. */
    String requireBucket() {
        return bucket.filter(name -> !name.isBlank())
                .orElseThrow(() -> new IllegalArgumentException("strata.storage.s3.bucket must be set"));
    }
}
