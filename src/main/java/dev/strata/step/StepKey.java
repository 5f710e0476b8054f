package dev.strata.step;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.util.Map;

/** The identity of a step: the sha256 digest of its canonical JSON. */
public record StepKey(Digest digest) {

    /** @throws RegistryException STEP_INVALID for another algorithm than sha256 */
    public StepKey {
        if (digest.algorithm() != DigestAlgorithm.SHA256) {
            throw new RegistryException(
                    Problem.STEP_INVALID, "a step's key is a sha256 digest", Map.of("key", digest.toString()));
        }
    }

    /** @throws RegistryException DIGEST_INVALID or STEP_INVALID for what is no sha256 digest */
    public static StepKey of(String text) {
        return new StepKey(Digest.of(text));
    }

    @Override
    public String toString() {
        return digest.toString();
    }
}
