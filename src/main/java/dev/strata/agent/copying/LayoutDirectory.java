package dev.strata.agent.copying;

import dev.strata.oci.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;

/** An image layout as a directory. A file stands under its name only when it is whole. */
public final class LayoutDirectory implements ImageLayout {

    private final Path directory;

    public LayoutDirectory(Path directory) {
        this.directory = directory;
    }

    private Path path(Digest digest) {
        return directory.resolve("blobs").resolve(digest.algorithm().prefix()).resolve(digest.hex());
    }

    @Override
    public boolean has(Digest digest, long size) throws IOException {
        Path file = path(digest);
        return Files.exists(file) && Files.size(file) == size;
    }

    @Override
    public void blob(Digest digest, long size, InputStream content) throws IOException {
        DigestInputStream hashed = new DigestInputStream(content, digest.algorithm().messageDigest());
        write(path(digest), hashed, () -> {
            Digest actual = Digest.ofBytes(hashed.getMessageDigest().digest());
            if (!actual.equals(digest)) {
                throw new IOException("what should be " + digest + " has the digest " + actual);
            }
        });
    }

    @Override
    public void file(String name, byte[] content) throws IOException {
        write(directory.resolve(name), new ByteArrayInputStream(content), () -> {});
    }

    private interface Check {
        void pass() throws IOException;
    }

    private void write(Path file, InputStream content, Check check) throws IOException {
        Files.createDirectories(file.getParent());
        Path unfinished = Files.createTempFile(directory, "unfinished-", "");
        try {
            Files.copy(content, unfinished, StandardCopyOption.REPLACE_EXISTING);
            check.pass();
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    @Override
    public void end() {
        // each file is whole
    }
}
