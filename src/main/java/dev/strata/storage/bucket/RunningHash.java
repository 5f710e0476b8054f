package dev.strata.storage.bucket;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The hash of an upload's bytes while they pass. Nearly all uploads bring their bytes in one request: so the JDK computes
 * it, which is several times as fast, and of that request only the digest is kept, for another one that closes the upload.
 * Where a client says that it sends chunks, SHA-256 is computed in a way that can be gone on from at another replica.
 *
 * <p>Bytes that come after those of a kept digest make the hash unknown. It is then computed from the object, once, when
 * that is whole.
 */
final class RunningHash {

    private static final String OF_A_DIGEST = ":";

    private final DigestAlgorithm algorithm;
    private final @Nullable ResumableSha256 resumable;
    private final @Nullable MessageDigest ofRequest;
    /** Of all bytes so far, where an earlier request brought them. */
    private Optional<Digest> earlier;

    private RunningHash(
            DigestAlgorithm algorithm,
            @Nullable ResumableSha256 resumable,
            @Nullable MessageDigest ofRequest,
            Optional<Digest> earlier) {
        this.algorithm = algorithm;
        this.resumable = resumable;
        this.ofRequest = ofRequest;
        this.earlier = earlier;
    }

    /** Of no byte yet, where one request brings all of them. */
    static RunningHash begin(DigestAlgorithm algorithm) {
        return new RunningHash(algorithm, null, algorithm.messageDigest(), Optional.empty());
    }

    /** Of no byte yet, where several requests bring them. */
    static RunningHash beginChunks(DigestAlgorithm algorithm) {
        return algorithm == DigestAlgorithm.SHA256
                ? new RunningHash(algorithm, new ResumableSha256(), null, Optional.empty())
                : begin(algorithm);
    }

    /** @param state what {@link #state} returned for so many bytes; empty where that is not known */
    static RunningHash of(DigestAlgorithm algorithm, Optional<String> state, long bytes) {
        if (bytes == 0) {
            return begin(algorithm);
        }
        Optional<Digest> earlier = state.filter(text -> text.contains(OF_A_DIGEST)).map(Digest::of);
        ResumableSha256 resumable = state.filter(text -> !text.contains(OF_A_DIGEST))
                .map(text -> ResumableSha256.of(Base64.getDecoder().decode(text)))
                .orElse(null);
        return new RunningHash(algorithm, resumable, null, earlier);
    }

    /** Another process can go on from it, or at least knows the digest so far. */
    Optional<String> state() {
        return resumable == null
                ? digest(algorithm).map(Digest::toString)
                : Optional.of(Base64.getEncoder().encodeToString(resumable.state()));
    }

    void update(byte[] bytes, int offset, int count) {
        if (resumable != null) {
            resumable.update(bytes, offset, count);
        } else if (ofRequest != null) {
            ofRequest.update(bytes, offset, count);
        } else if (count > 0) {
            earlier = Optional.empty();
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
        return ofRequest == null
                ? earlier
                : Optional.of(Digest.ofBytes(DigestAlgorithm.copyOf(ofRequest).digest()));
    }
}
