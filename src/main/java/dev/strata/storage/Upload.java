package dev.strata.storage;

import dev.strata.oci.Digest;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** An upload session in the hands of the one caller that may write to it. Closing it lets others have it. */
public interface Upload extends AutoCloseable {

    UploadId id();

    /** How many bytes have arrived. */
    long received();

    /**
     * Says before the first body that others will follow, perhaps in other processes. They may follow without that; then it
     * can take longer to {@link #commit}, since all bytes may be read again.
     */
    default void expectChunks() {}

    /**
     * Appends a body to its end. When the body breaks off, what arrived is kept and can be gone on from.
     *
     * @param length how many bytes the body must have, or -1 where that is unknown; where it has another number,
     *     nothing of it is kept
     * @throws RegistryException SIZE_INVALID for a body of another length; STORAGE_FULL, and the session is gone where some
     *     of the body had been written
     * @throws BodyException where the body could not be read to its end
     */
    void append(InputStream body, long length) throws IOException;

    /**
     * Makes what arrived outlive this caller: another one can go on with it. What broke off has been kept so.
     *
     * @throws RegistryException AWAY; then only what was kept before is left
     */
    void keep() throws IOException;

    /** How a file of this machine came in. */
    enum Taken {
        /** The file system has it under two names now; it takes no more room. */
        LINKED,
        /** As a copy, which takes no more room either where the file system can share what is equal. */
        COPIED
    }

    /**
     * Takes a file of this machine as the whole content of a session to which nothing was appended. The file stays as it
     * is, and must never change: its bytes may be the blob's. Nothing can be appended after it, nor after a restart.
     *
     * @throws RegistryException STORAGE_FULL
     * @throws IOException also where it is no regular file
     */
    Taken take(Path file) throws IOException;

    /**
     * Checks the content and makes it durable under its digest. Bytes that were stored under it before are replaced,
     * which heals them where they were broken. Nobody deletes them before this is closed: until then a row can be made to
     * point at them.
     *
     * @throws RegistryException DIGEST_INVALID where the content has another digest, UPLOAD_UNKNOWN where it was committed
     *     before and no row came to it for too long; the session is gone
     */
    StoredBlob commit(Digest digest) throws IOException;

    /** What it was committed as; a row may not point at that yet. */
    Optional<StoredBlob> committed();

    /** Forgets the session after a row that points at the committed blob became durable. */
    void finish() throws IOException;

    /** Cancels the session and deletes what arrived. */
    void discard() throws IOException;

    @Override
    void close();

    /** A body had another number of bytes than it should have. */
    final class LengthException extends RegistryException {

        public LengthException(long announced, long received) {
            super(
                    Problem.SIZE_INVALID,
                    "the body has another length than was announced",
                    Map.of("announced", announced, "received", received));
        }
    }

    /** What was uploaded is not what it was said to be. */
    final class DigestException extends RegistryException {

        public DigestException(Digest expected, Digest actual) {
            super(
                    Problem.DIGEST_INVALID,
                    "the content has another digest",
                    Map.of("expected", expected.toString(), "actual", actual.toString()));
        }
    }

    /** The sender of a body broke off. */
    final class BodyException extends RegistryException {

        public BodyException(IOException cause) {
            super(Problem.UPLOAD_BROKEN_OFF, "the request's body broke off", Map.of(), cause);
        }
    }
}
