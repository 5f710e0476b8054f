package dev.strata.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.testing.Content;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Stores of a kind, as the tests of its promises use them. The kind says how one is opened, and how its bytes are broken. */
abstract class BlobStoreFixture {

    /** What the store's clock says. */
    static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    static final String OWNER = "some/repository";

    /** More than the buffers together hold, and no multiple of one. */
    static final int LARGE = 5 * 1024 * 1024 + 17;

    @TempDir
    Path directory;

    BlobStore store;

    final List<Map.Entry<String, StoredBlob>> recovered = new ArrayList<>();

    /** Where rows say that blobs are. */
    final Set<String> blobs = new HashSet<>();

    /** Opens a store on what an earlier one left. */
    abstract BlobStore open() throws Exception;

    /** Ends the store as the end of its process would. */
    abstract void shut() throws Exception;

    /** Shortens a stored blob's bytes. */
    abstract void truncate(StoredBlob blob) throws IOException;

    /** Loses a stored blob's bytes. */
    abstract void lose(StoredBlob blob) throws IOException;

    @BeforeEach
    void openStore() throws Exception {
        store = open();
    }

    @AfterEach
    void shutStore() throws Exception {
        shut();
    }

    StoredBlob push(byte[] content) throws IOException {
        Upload upload = store.create(OWNER, DigestAlgorithm.SHA256);
        upload.append(new ByteArrayInputStream(content), content.length);
        return commit(upload, Content.sha256(content));
    }

    StoredBlob commit(Upload upload, Digest digest) throws IOException {
        try (upload) {
            StoredBlob blob = upload.commit(digest);
            upload.finish();
            return blob;
        }
    }

    /** As a request does that does not close the upload. */
    static void append(Upload upload, byte[] content, long length) throws IOException {
        upload.append(new ByteArrayInputStream(content), length);
        upload.keep();
    }

    void assertHas(StoredBlob blob, byte[] content) throws IOException {
        BlobContent found = store.find(blob).orElseThrow();
        assertThat(found.size()).isEqualTo(content.length);
        try (InputStream in = found.openFrom(0)) {
            assertThat(in.readAllBytes()).isEqualTo(content);
        }
    }

    /** A store may see only when it reads them that bytes are not there. */
    void assertIsNotServed(StoredBlob blob) throws IOException {
        Optional<BlobContent> found = store.find(blob);
        if (found.isPresent()) {
            assertThatThrownBy(() -> found.get().openFrom(0)).isInstanceOf(NoSuchFileException.class);
        }
    }

    static void assertProblem(Problem problem, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RegistryException.class, e -> assertThat(e.problem()).isEqualTo(problem));
    }

    /** Recovers, and notes for what a row is written. */
    BlobStore.Recovery recover() throws IOException {
        return store.recover((owner, blob) -> recovered.add(Map.entry(owner, blob)), blobs::contains);
    }

    void reopen() throws Exception {
        shut();
        store = open();
    }

    static byte[] concat(byte[]... parts) throws IOException {
        InputStream all = InputStream.nullInputStream();
        for (byte[] part : parts) {
            all = new SequenceInputStream(all, new ByteArrayInputStream(part));
        }
        return all.readAllBytes();
    }

    /** Gives these bytes in pieces as a network does, and then fails. */
    static InputStream breakingOff(byte[] content) {
        return new SequenceInputStream(new ByteArrayInputStream(content), unreadable());
    }

    static InputStream unreadable() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("The connection was reset");
            }
        };
    }
}
