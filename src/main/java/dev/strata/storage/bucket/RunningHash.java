package dev.strata.storage.bucket;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The hash of an upload's bytes while they pass. SHA-256, which nearly all use, can be gone on from at another replica. Of
 * another algorithm the hash is lost there, and is computed from the object when that is whole.
 */
final class RunningHash {

    private final DigestAlgorithm algorithm;
    private final @Nullable ResumableSha256 resumable;
    private final @Nullable MessageDigest other;

    private RunningHash(
            DigestAlgorithm algorithm, @Nullable ResumableSha256 resumable, @Nullable MessageDigest other) {
        this.algorithm = algorithm;
        this.resumable = resumable;
        this.other = other;
    }

    /** Of no byte yet. */
    static RunningHash begin(DigestAlgorithm algorithm) {
        return algorithm == DigestAlgorithm.SHA256
                ? new RunningHash(algorithm, new ResumableSha256(), null)
                : new RunningHash(algorithm, null, algorithm.messageDigest());
    }

    /** @param state what {@link #state} returned for so many bytes; empty where that is not known */
    static RunningHash of(DigestAlgorithm algorithm, Optional<String> state, long bytes) {
        if (state.isPresent() && algorithm == DigestAlgorithm.SHA256) {
            ResumableSha256 hash = ResumableSha256.of(Base64.getDecoder().decode(state.get()));
            return new RunningHash(algorithm, hash, null);
        }
        return bytes == 0 ? begin(algorithm) : new RunningHash(algorithm, null, null);
    }

    Optional<String> state() {
        return resumable == null
                ? Optional.empty()
                : Optional.of(Base64.getEncoder().encodeToString(resumable.state()));
    }

    void update(byte[] bytes, int offset, int count) {
        if (resumable != null) {
            resumable.update(bytes, offset, count);
        } else if (other != null) {
            other.update(bytes, offset, count);
        }
    }

    /** Empty where it is not known, or of another algorithm. */
    Optional<Digest> digest(DigestAlgorithm asked) {
        if (asked != algorithm) {
            return Optional.empty();
        }
        if (resumable != null) {
            return Optional.of(Digest.ofBytes(resumable.digest()));
        }
        return other == null ? Optional.empty() : Optional.of(Digest.ofBytes(DigestAlgorithm.copyOf(other).digest()));
    }

    RunningHash copy() {
        return new RunningHash(
                algorithm, resumable == null ? null : resumable.copy(), other == null ? null : DigestAlgorithm.copyOf(other));
    }
}
