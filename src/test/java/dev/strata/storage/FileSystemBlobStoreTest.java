package dev.strata.storage;

import dev.strata.storage.directory.DataDirectory;
import dev.strata.storage.files.TestFiles;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.problem.Problem;
import dev.strata.testing.Content;
import dev.strata.testing.FailingDisk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

/** The promises of every store, and those about files: what lies where after each step. */
class FileSystemBlobStoreTest extends BlobStoreContractTest {

    private final FailingDisk disk = new FailingDisk();
    private TestFiles.Opened files;

    @Override
    BlobStore open() throws IOException {
        return open(DataSize.ofBytes(0));
    }

    /** With less room than it must leave. */
    private BlobStore openFull() throws IOException {
        return open(DataSize.ofBytes(Long.MAX_VALUE / 2));
    }

    private BlobStore open(DataSize minFree) throws IOException {
        files = TestFiles.open(directory, disk, minFree, Clock.fixed(NOW, ZoneOffset.UTC));
        return files.store();
    }

    @Override
    void shut() throws IOException {
        files.close();
    }

    @Override
    void truncate(StoredBlob blob) throws IOException {
        try (FileChannel file = FileChannel.open(file(blob), StandardOpenOption.WRITE)) {
            file.truncate(blob.size() / 2);
        }
    }

    @Override
    void lose(StoredBlob blob) throws IOException {
        Files.delete(file(blob));
    }

    @Test
    void aFullStoreTakesNothingAndKeepsWhatItHas() throws Exception {
        byte[] content = Content.random(10, 1_000);
        StoredBlob blob = push(content);
        UploadId id;
        try (Upload upload = store.create(OWNER, DigestAlgorithm.SHA256)) {
            id = upload.id();
            append(upload, content, -1);
        }
        shut();
        store = openFull();
        recover();
        assertProblem(Problem.STORAGE_FULL, () -> store.requireRoom(0));
        assertProblem(Problem.STORAGE_FULL, () -> store.create(OWNER, DigestAlgorithm.SHA256));
        try (Upload upload = store.open(OWNER, id)) {
            assertProblem(Problem.STORAGE_FULL, () -> append(upload, content, -1));
            assertProblem(Problem.STORAGE_FULL, () -> append(upload, content, content.length));
        }
        assertHas(blob, content);
    }

    @Test
    void moreThanThereIsRoomForIsRefusedBeforeItComes() {
        store.requireRoom(0);
        store.requireRoom(1);
        assertProblem(Problem.STORAGE_FULL, () -> store.requireRoom(Long.MAX_VALUE / 2));
        assertProblem(Problem.STORAGE_FULL, () -> {
            try (Upload upload = store.create(OWNER, DigestAlgorithm.SHA256)) {
                upload.append(unreadable(), Long.MAX_VALUE / 2);
            }
        });
    }

    @Test
    void aBrokenBlobIsHealedByAPushThatComesBeforeAnyoneNotices() throws IOException {
        byte[] content = Content.random(18, 10_000);
        StoredBlob blob = push(content);
        truncate(blob);
        push(content);
        assertHas(blob, content);
    }

    @Test
    void whatIsFoundBrokenIsSetAside() throws IOException {
        StoredBlob blob = push(Content.random(17, 10_000));
        truncate(blob);
        assertThat(store.find(blob)).isEmpty();
        assertThat(store.find(blob)).as("asked again").isEmpty();
        assertThat(push(Content.random(17, 10_000))).isEqualTo(blob);
    }

    @Test
    void eachStepLeavesWhatTheLayoutSays() throws IOException {
        byte[] content = Content.random(1, 1_000);
        Digest digest = Content.sha256(content);
        String blob = "blobs/sha256/" + digest.hex().substring(0, 2) + "/" + digest.hex();
        try (Upload upload = store.create(OWNER, DigestAlgorithm.SHA256)) {
            String session = "uploads/" + upload.id();
            assertThat(tree()).containsExactly("lock", session + "/data", session + "/session");
            assertThat(directory.resolve(session + "/session")).hasContent("some/repository\nsha256");
            append(upload, content, -1);
            assertThat(directory.resolve(session + "/data")).hasBinaryContent(content);
            upload.commit(digest);
            String marker = session + "/closing-sha256-" + digest.hex();
            assertThat(tree()).containsExactly(blob, "lock", marker, session + "/session");
            assertThat(directory.resolve(blob)).hasBinaryContent(content);
            upload.finish();
        }
        assertThat(tree()).containsExactly(blob, "lock");
        assertThat(directory.resolve("uploads")).isEmptyDirectory();
    }

    @Test
    void algorithmsLieApart() throws IOException {
        byte[] content = Content.random(2, 1_000);
        Digest digest = Content.sha512(content);
        Upload upload = store.create(OWNER, DigestAlgorithm.SHA512);
        append(upload, content, -1);
        commit(upload, digest);
        assertThat(tree()).contains("blobs/sha512/" + digest.hex().substring(0, 2) + "/" + digest.hex());
    }

    @Test
    void aBlobThatIsPushedTwiceLiesThereOnce() throws IOException {
        byte[] content = Content.random(3, 1_000);
        push(content);
        List<String> once = tree();
        push(content);
        assertThat(tree()).isEqualTo(once);
    }

    @Test
    void whatWasRefusedOrCancelledLeavesNothing() throws IOException {
        List<String> before = tree();
        try (Upload upload = store.create(OWNER, DigestAlgorithm.SHA256)) {
            append(upload, new byte[1_000], -1);
            assertProblem(Problem.DIGEST_INVALID, () -> upload.commit(Content.sha256(new byte[1])));
        }
        try (Upload upload = store.create(OWNER, DigestAlgorithm.SHA256)) {
            append(upload, new byte[1_000], -1);
            upload.discard();
        }
        assertThat(tree()).isEqualTo(before);
    }

    @Test
    void aChunkOfAnotherLengthIsTakenOffTheFile() throws IOException {
        try (Upload upload = store.create(OWNER, DigestAlgorithm.SHA256)) {
            append(upload, new byte[100], -1);
            assertProblem(Problem.SIZE_INVALID, () -> append(upload, new byte[50], 70));
            assertThat(directory.resolve("uploads/" + upload.id() + "/data")).hasSize(100);
        }
    }

    @Test
    void aBrokenBlobIsSetAsideForWhoeverLooksIntoIt() throws IOException {
        byte[] content = Content.random(4, 1_000);
        StoredBlob blob = push(content);
        truncate(blob);
        store.find(blob);
        String aside = "broken/sha256-" + blob.digest().hex() + "-" + NOW.toEpochMilli();
        assertThat(tree()).containsExactly(aside, "lock");
        assertThat(directory.resolve(aside)).hasBinaryContent(Content.slice(content, 0, 500));
        push(content);
        assertThat(tree()).containsExactly("blobs/" + blob.location(), aside, "lock");
    }

    @Test
    void aFileIsTakenWithoutBeingCopied(@TempDir Path elsewhere) throws IOException {
        byte[] content = Content.random(5, 1_000);
        Path source = Files.write(elsewhere.resolve("file"), content);
        Upload upload = store.create(OWNER, DigestAlgorithm.SHA256);
        assertThat(upload.take(source)).isEqualTo(Upload.Taken.LINKED);
        StoredBlob blob = commit(upload, Content.sha256(content));
        assertHas(blob, content);
        assertThat(Files.isSameFile(source, file(blob))).isTrue();
        assertThat(directory.resolve("uploads")).isEmptyDirectory();
    }

    @Test
    void aFileThatIsNotWhatItWasSaidToBeStaysAsItIs(@TempDir Path elsewhere) throws IOException {
        byte[] content = Content.random(6, 1_000);
        Path source = Files.write(elsewhere.resolve("file"), content);
        Path link = Files.createSymbolicLink(elsewhere.resolve("link"), source);
        try (Upload upload = store.create(OWNER, DigestAlgorithm.SHA256)) {
            upload.take(source);
            assertProblem(Problem.DIGEST_INVALID, () -> upload.commit(Content.sha256(new byte[1])));
        }
        try (Upload upload = store.create(OWNER, DigestAlgorithm.SHA256)) {
            assertThatThrownBy(() -> upload.take(link)).isInstanceOf(NoSuchFileException.class);
            upload.discard();
        }
        assertThat(source).hasBinaryContent(content);
        assertThat(tree()).containsExactly("lock");
    }

    /** What is written to it would be written to the file that it was taken from. */
    @Test
    void nobodyGoesOnWithASessionThatTookAFile(@TempDir Path elsewhere) throws Exception {
        byte[] content = Content.random(7, 1_000);
        Path source = Files.write(elsewhere.resolve("file"), content);
        store.create(OWNER, DigestAlgorithm.SHA256).take(source);
        reopen();
        assertThat(recover()).isEqualTo(new BlobStore.Recovery(0, 0, 1));
        assertThat(source).hasBinaryContent(content);
        assertThat(directory.resolve("uploads")).isEmptyDirectory();
    }

    @Test
    void whatIsReadAgainIsSoundBrokenOrMissing() throws IOException {
        byte[] content = Content.random(8, 600_000);
        StoredBlob blob = push(content);
        long[] read = {0};
        assertThat(store.check(blob, count -> read[0] += count)).isEqualTo(BlobStore.Condition.SOUND);
        assertThat(read[0]).isEqualTo(content.length);
        content[599_999] ^= 1;
        Files.write(file(blob), content);
        assertThat(store.check(blob, count -> {})).isEqualTo(BlobStore.Condition.BROKEN);
        assertThat(directory.resolve("broken/sha256-" + blob.digest().hex() + "-" + NOW.toEpochMilli())).hasBinaryContent(content);
        assertThat(store.check(blob, count -> {})).isEqualTo(BlobStore.Condition.MISSING);
    }

    @Test
    void aSessionExpiresByItsLastByte() throws IOException {
        try (Upload upload = store.create(OWNER, DigestAlgorithm.SHA256)) {
            append(upload, new byte[10], -1);
            Files.setLastModifiedTime(
                    directory.resolve("uploads/" + upload.id() + "/data"), FileTime.from(NOW));
        }
        assertThat(store.expireUploads(NOW, blob -> {})).isZero();
        assertThat(store.expireUploads(NOW.plus(Duration.ofMillis(1)), blob -> {})).isEqualTo(1);
        assertThat(directory.resolve("uploads")).isEmptyDirectory();
    }

    @Test
    void aDirectoryIsServedByOneProcess() {
        assertThatThrownBy(() -> DataDirectory.open(directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(directory.toString())
                .hasMessageContaining("another process");
    }

    @Test
    void aDirectoryIsFreeAgainWhenItWasClosed() throws IOException {
        shut();
        try (DataDirectory again = DataDirectory.open(directory)) {
            assertThat(again.root()).isEqualTo(directory);
        }
        open();
    }

    @Test
    void whatIsNoSessionIsDeleted() throws IOException {
        Path uploads = directory.resolve("uploads");
        Files.createDirectories(uploads.resolve("not-an-id"));
        Files.writeString(uploads.resolve("a-file"), "");
        Files.writeString(uploads.resolve(UUID.randomUUID().toString()), "");
        Files.createDirectories(uploads.resolve(UUID.randomUUID() + "/deeper/still"));
        Path withoutData = Files.createDirectories(uploads.resolve(UUID.randomUUID().toString()));
        Files.writeString(withoutData.resolve("session"), "owner\nsha256\n");
        Path withoutSession = Files.createDirectories(uploads.resolve(UUID.randomUUID().toString()));
        Files.writeString(withoutSession.resolve("data"), "bytes");
        assertThat(recover()).isEqualTo(new BlobStore.Recovery(0, 0, 6));
        assertThat(uploads).isEmptyDirectory();
    }

    /** A power cut leaves files with nothing, with a part, or with zeros in them: none of it may keep a start up. */
    @ParameterizedTest
    @ValueSource(strings = {"", "owner", "owner\n", "owner\nsha2", "\0\0\0\0", "\0\n\0", "\u00ff\u00fe\nsha256"})
    void aSessionThatWasTornIsDeleted(String session) throws IOException {
        Path torn = Files.createDirectories(directory.resolve("uploads").resolve(UUID.randomUUID().toString()));
        Files.write(torn.resolve("session"), session.getBytes(ISO_8859_1));
        Files.writeString(torn.resolve("data"), "bytes");
        assertThat(recover()).isEqualTo(new BlobStore.Recovery(0, 0, 1));
        assertThat(torn).doesNotExist();
    }

    @Test
    void aClosingWhoseBlobIsNowhereIsDeleted() throws IOException {
        Path torn = Files.createDirectories(directory.resolve("uploads").resolve(UUID.randomUUID().toString()));
        Files.writeString(torn.resolve("session"), "owner\nsha256\n");
        Files.createFile(torn.resolve("closing-sha256-" + Content.sha256(new byte[1]).hex()));
        assertThat(recover()).isEqualTo(new BlobStore.Recovery(0, 0, 1));
        assertThat(torn).doesNotExist();
    }

    /** The process ended after it had written down what it was about to do, and before it did it. */
    @Test
    void aSessionWhoseClosingHadNotBegunGoesOn() throws IOException {
        byte[] content = "bytes".getBytes(UTF_8);
        UUID id = UUID.randomUUID();
        Path session = Files.createDirectories(directory.resolve("uploads").resolve(id.toString()));
        Files.writeString(session.resolve("session"), OWNER + "\nsha256\n");
        Files.write(session.resolve("data"), content);
        Files.createFile(session.resolve("closing-sha256-" + Content.sha256(content).hex()));
        assertThat(recover()).isEqualTo(new BlobStore.Recovery(1, 0, 0));
        assertHas(commit(store.open(OWNER, new UploadId(id)), Content.sha256(content)), content);
    }

    @Test
    void probesThatACrashLeftAreDeleted() throws IOException {
        Files.writeString(directory.resolve("probe-123"), "*");
        recover();
        assertThat(tree()).containsExactly("lock");
    }

    private Path file(StoredBlob blob) {
        return directory.resolve("blobs").resolve(blob.location());
    }

    /** The files in the directory by their paths, without the database. */
    private List<String> tree() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> directory.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }
}
