package dev.strata.upkeep.backup;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.storage.StoredBlob;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Deletes old backups, and then the blobs that no other one has. Where that is broken off, the next time goes on. */
final class OldBackups implements AutoCloseable {

    private static final int FANS = 256;

    private final Path root;
    private final List<ListedBlobs> kept = new ArrayList<>();

    private OldBackups(Path root) {
        this.root = root;
    }

    /** Deletes all but some, and returns how many blobs went with them. */
    static long delete(BackupDirectory directory, Path root, int keep) throws IOException {
        List<String> runs = BackupDirectory.runs(root);
        int old = Math.max(0, runs.size() - keep);
        for (String run : runs.subList(0, old)) {
            directory.delete(run);
        }
        try (OldBackups others = new OldBackups(root)) {
            for (String run : runs.subList(old, runs.size())) {
                others.kept.add(new ListedBlobs(root.resolve("runs").resolve(run).resolve(BackupDirectory.BLOBS)));
            }
            return others.deleteBlobs();
        }
    }

    /** The lists are in the order of digests, so that each is read once, beside the directories. */
    private long deleteBlobs() throws IOException {
        long deleted = 0;
        for (int fan = 0; fan < FANS; fan++) {
            Set<Digest> needed = new HashSet<>();
            for (ListedBlobs list : kept) {
                list.addUpTo(fan, needed);
            }
            for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
                Path files = root.resolve(BackupDirectory.BLOBS).resolve(algorithm.prefix()).resolve("%02x".formatted(fan));
                deleted += Files.isDirectory(files) ? deleteOthers(files, algorithm, needed) : 0;
            }
        }
        return deleted;
    }

    private static long deleteOthers(Path directory, DigestAlgorithm algorithm, Set<Digest> needed) throws IOException {
        long deleted = 0;
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                boolean isBlob = name.length() == 2 * algorithm.bytes();
                if (isBlob && !needed.contains(new Digest(algorithm, name))) {
                    Files.delete(file);
                    deleted++;
                }
            }
        }
        return deleted;
    }

    @Override
    public void close() throws IOException {
        for (ListedBlobs list : kept) {
            list.close();
        }
    }

    /** A list that is read from its beginning to its end. */
    private static final class ListedBlobs implements AutoCloseable {

        private final BufferedReader lines;
        private @Nullable Digest next;

        ListedBlobs(Path list) throws IOException {
            this.lines = Files.newBufferedReader(list);
            this.next = read();
        }

        private @Nullable Digest read() throws IOException {
            String line = lines.readLine();
            Optional<StoredBlob> blob = line == null ? Optional.empty() : BackupDirectory.read(line);
            return blob.map(StoredBlob::digest).orElse(null);
        }

        /** Adds those that begin with a byte, or one before it. */
        void addUpTo(int fan, Set<Digest> digests) throws IOException {
            for (Digest digest = next; digest != null && (digest.bytes()[0] & 0xff) <= fan; digest = next) {
                digests.add(digest);
                next = read();
            }
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }
}
