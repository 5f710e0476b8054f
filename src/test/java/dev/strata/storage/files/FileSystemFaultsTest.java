package dev.strata.storage.files;

import dev.strata.storage.BlobStore;
import dev.strata.storage.StoredBlob;
import dev.strata.storage.Upload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.testing.Content;
import dev.strata.testing.FailingDisk;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.util.unit.DataSize;

/** Each call of a push to the disk fails in turn. What the store says is durable outlives a power cut. */
class FileSystemFaultsTest {

    /** So large that a part of it is forced before its end. */
    private static final int SIZE = 9 * 1024 * 1024;

    private static final String OWNER = "some/repository";

    @TempDir
    Path directory;

    @ParameterizedTest(name = "{0} bytes, {1} calls fail")
    @CsvSource({"1000, 1", "1000, 1000", SIZE + ", 1"})
    void aPushIsDurableOrRefused(int size, int failures) throws Exception {
        byte[] content = Content.random(size, size);
        Digest digest = Content.sha256(content);
        int calls = push(new FailingDisk(), content, digest, directory.resolve("whole"), "the push").calls;
        // The writes of a large body fail all alike.
        int stride = Math.max(1, calls / 15);
        for (int call = 0; call < calls; call += stride) {
            FailingDisk disk = new FailingDisk();
            disk.failFrom(call, failures);
            push(disk, content, digest, directory.resolve(size + "-" + failures + "-" + call), "failing from call " + call);
        }
    }

    private record Outcome(int calls) {}

    private static Outcome push(FailingDisk disk, byte[] content, Digest digest, Path at, String what)
            throws Exception {
        try (TestFiles.Opened files = TestFiles.open(at, disk, DataSize.ofBytes(0), Clock.systemUTC())) {
            BlobStore store = files.store();
            Optional<StoredBlob> first = attempt(store, disk, content, digest, what);
            int calls = disk.calls().size();
            requireDurable(first, disk, content, at, what);
            disk.recover();
            // Once more: what failed for good stays failed, all else is healed.
            Optional<StoredBlob> second = attempt(store, disk, content, digest, what);
            assertThat(second.isPresent()).as(what).isEqualTo(disk.failure().isEmpty());
            requireDurable(second, disk, content, at, what);
            return new Outcome(calls);
        }
    }

    private static Optional<StoredBlob> attempt(
            BlobStore store, FailingDisk disk, byte[] content, Digest digest, String what) throws IOException {
        try (Upload upload = store.create(OWNER, DigestAlgorithm.SHA256)) {
            upload.append(new ByteArrayInputStream(content), content.length);
            StoredBlob blob = upload.commit(digest);
            upload.finish();
            assertThat(disk.failure()).as(what).isEmpty();
            return Optional.of(blob);
        } catch (RegistryException e) {
            assertThat(e.problem()).as(what).isEqualTo(Problem.STORAGE_FAILED);
            assertThat(disk.failure()).as(what).isPresent();
            return Optional.empty();
        } catch (IOException | UncheckedIOException e) {
            assertThat(disk.failure()).as(what).isEmpty();
            return Optional.empty();
        }
    }

    private static void requireDurable(Optional<StoredBlob> blob, FailingDisk disk, byte[] content, Path at, String what)
            throws IOException {
        if (blob.isPresent()) {
            Path cut = at.resolveSibling(at.getFileName() + "-cut-" + UUID.randomUUID());
            disk.cutPower(at, Files.createDirectories(cut));
            byte[] left = Files.readAllBytes(cut.resolve("blobs").resolve(blob.get().location()));
            assertThat(left).as(what).isEqualTo(content);
        }
    }
}
