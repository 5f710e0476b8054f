package dev.strata.storage.bucket;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.storage.UploadId;
import java.util.Optional;

/**
 * An upload session as its row has it, from which any replica can go on.
 *
 * @param location the object that its bytes become, where that is known yet
 * @param multipart what the store calls that object while it has parts only
 * @param parts how many parts count; what the store may have of further ones does not
 * @param received how many bytes the parts and the tail have together
 * @param hash the {@link RunningHash#state} of these
 * @param committed the digest under which it was committed
 */
record UploadState(
        UploadId id,
        String owner,
        DigestAlgorithm algorithm,
        Optional<String> location,
        Optional<String> multipart,
        int parts,
        long received,
        Optional<String> hash,
        Optional<Tail> tail,
        Optional<Digest> committed) {

    /** What was received behind the last part, in an object of its own. */
    record Tail(String location, long size) {}

    static UploadState of(UploadId id, String owner, DigestAlgorithm algorithm) {
        return new UploadState(
                id,
                owner,
                algorithm,
                Optional.empty(),
                Optional.empty(),
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** The store expects parts. */
    UploadState begun(String object, String called) {
        return new UploadState(
                id, owner, algorithm, Optional.of(object), Optional.of(called), parts, received, hash, tail, committed);
    }

    UploadState reached(int newParts, long newReceived, Optional<String> newHash, Optional<Tail> newTail) {
        return new UploadState(
                id, owner, algorithm, location, multipart, newParts, newReceived, newHash, newTail, committed);
    }

    UploadState committed(String object, Optional<String> called, int allParts, long all, Digest digest) {
        return new UploadState(
                id, owner, algorithm, Optional.of(object), called, allParts, all, hash, Optional.empty(), Optional.of(digest));
    }
}
