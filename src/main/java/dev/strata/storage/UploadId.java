package dev.strata.storage;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The identity of an upload session; unguessable, so that knowing it is being allowed to go on with it. */
public record UploadId(UUID value) {

    /** @throws RegistryException UPLOAD_UNKNOWN for what no session can be called */
    public static UploadId of(String text) {
        return find(text).orElseThrow(() -> unknown(text));
    }

    /** Empty for what no session can be called. */
    public static Optional<UploadId> find(String text) {
        try {
            UUID value = UUID.fromString(text);
            return value.toString().equals(text) ? Optional.of(new UploadId(value)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return value.toString();
    }

    /** What is thrown where there is no such session. */
    public RegistryException unknown() {
        return unknown(toString());
    }

    /** What is thrown while somebody else has the session. */
    public RegistryException busy() {
        return new RegistryException(
                Problem.UPLOAD_BUSY, "another request is writing to this upload", Map.of("upload", toString()));
    }

    /** What is thrown where more comes after a commit. */
    public RegistryException closing() {
        return new RegistryException(
                Problem.UPLOAD_INVALID, "the upload is being closed and takes no more", Map.of("upload", toString()));
    }

    private static RegistryException unknown(String id) {
        return new RegistryException(
                Problem.UPLOAD_UNKNOWN, "no such upload: it was closed, cancelled, or expired", Map.of("upload", id));
    }
}
