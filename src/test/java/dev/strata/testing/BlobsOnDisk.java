package dev.strata.testing;

import dev.strata.oci.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;

/** The files of blobs in a data directory. */
record BlobsOnDisk(Path directory) implements StoredBlobs {

    private Path file(Digest digest) {
        return directory.resolve(
                "blobs/%s/%s/%s".formatted(digest.algorithm().prefix(), digest.hex().substring(0, 2), digest.hex()));
    }

    @Override
    public boolean has(Digest digest) {
        return Files.exists(file(digest));
    }

    @Override
    public long bytes() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("blobs"))) {
            return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
        }
    }

    @Override
    public void overwrite(Digest digest, byte[] bytes) throws IOException {
        Files.write(file(digest), bytes);
    }

    @Override
    public void remove(Digest digest) throws IOException {
        Files.delete(file(digest));
    }

    @Override
    public boolean keepsBroken(byte[] bytes) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("broken"))) {
            for (Path file : files.toList()) {
                if (Arrays.equals(Files.readAllBytes(file), bytes)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public Stray putStray(byte[] bytes, Duration age) throws IOException {
        Digest digest = Content.sha256(bytes);
        Path file = file(digest);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
        return new StrayFile(file, digest);
    }

    private record StrayFile(Path file, Digest digest) implements Stray {

        @Override
        public String name() {
            return "the file of " + digest;
        }

        @Override
        public boolean isThere() {
            return Files.exists(file);
        }

        @Override
        public void remove() throws IOException {
            Files.delete(file);
        }
    }
}
