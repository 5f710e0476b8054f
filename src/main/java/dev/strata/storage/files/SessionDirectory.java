package dev.strata.storage.files;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.problem.RegistryException;
import dev.strata.storage.StoredBlob;
import dev.strata.storage.UploadId;
import dev.strata.storage.directory.DataDirectory;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.util.FileSystemUtils;

/**
 * The directory of an upload session: whose it is, which bytes have arrived, and how far their commit came. What lies in it
 * {@link DataDirectory} says.
 */
record SessionDirectory(Path path) {

    private static final String HEAD = "session";
    private static final String DATA = "data";
    private static final String CLOSING = "closing-";
    /** Beside bytes that may lie elsewhere too: nobody may write to them. */
    private static final String TAKEN = "taken";

    /** Whose a session is, and what its content is hashed with. */
    record Head(String owner, DigestAlgorithm algorithm) {}

    void create(Head head) throws IOException {
        Files.createDirectory(path);
        Files.createFile(data());
        Files.write(path.resolve(HEAD), List.of(head.owner(), head.algorithm().prefix()));
    }

    /** The session's id; empty where the directory has the name of none. */
    Optional<UploadId> id() {
        return UploadId.find(path.getFileName().toString());
    }

    /** Empty where it is not whole: a power cut may have left it empty or torn. */
    Optional<Head> head() throws IOException {
        try {
            List<String> lines = Files.readAllLines(path.resolve(HEAD));
            return lines.size() == 2
                    ? Optional.of(new Head(lines.get(0), DigestAlgorithm.of(lines.get(1))))
                    : Optional.empty();
        } catch (FileSystemException | CharacterCodingException | RegistryException e) {
            return Optional.empty();
        }
    }

    /** The file of the bytes that have arrived. */
    Path data() {
        return path.resolve(DATA);
    }

    boolean hasData() {
        return Files.exists(data());
    }

    /** How many bytes have arrived, and were not moved. */
    long received() throws IOException {
        return hasData() ? Files.size(data()) : 0;
    }

    /** @throws NoSuchFileException where the session is closed */
    Instant lastChange() throws IOException {
        return Files.getLastModifiedTime(hasData() ? data() : path).toInstant();
    }

    /** Its bytes will be those of another file. */
    void markTaken() throws IOException {
        Files.createFile(path.resolve(TAKEN));
    }

    boolean isTaken() {
        return Files.exists(path.resolve(TAKEN));
    }

    /** The digest is in the marker's name: a name is whole after a power cut or not there, content may be torn. */
    void markClosing(Digest digest) throws IOException {
        Files.write(path.resolve(CLOSING + digest.algorithm().prefix() + "-" + digest.hex()), new byte[0]);
    }

    /** The blob that the bytes had become when the process ended. */
    Optional<StoredBlob> moved(BlobFiles files) throws IOException {
        if (hasData()) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> markers = Files.newDirectoryStream(path, CLOSING + "*")) {
            for (Path marker : markers) {
                Optional<Digest> digest = closing(marker);
                Optional<StoredBlob> blob = digest.isPresent() ? files.committed(digest.get()) : Optional.empty();
                if (blob.isPresent()) {
                    return blob;
                }
            }
        }
        return Optional.empty();
    }

    /** The digest in a marker's name; empty where it is none, as no commit leaves it. */
    private static Optional<Digest> closing(Path marker) {
        try {
            String digest = marker.getFileName().toString().substring(CLOSING.length());
            return Optional.of(Digest.of(digest.replaceFirst("-", ":")));
        } catch (RegistryException e) {
            return Optional.empty();
        }
    }

    /** Says whether there was anything to delete. */
    boolean delete() throws IOException {
        return FileSystemUtils.deleteRecursively(path);
    }
}
