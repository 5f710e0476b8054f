package dev.strata.storage.files;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.storage.BlobContent;
import dev.strata.storage.BlobStore;
import dev.strata.storage.StoredBlob;
import dev.strata.storage.directory.DataDirectory;
import dev.strata.storage.directory.Disk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of blobs that are stored, one a digest: found, checked, set aside, put into place and deleted. */
final class BlobFiles {

    private static final Logger log = LoggerFactory.getLogger(BlobFiles.class);

    private static final int CHECKED_AT_ONCE = 256 * 1024;

    private final DataDirectory directory;
    private final Disk disk;
    private final Clock clock;
    private final BlobHolds holds;

    BlobFiles(DataDirectory directory, Disk disk, Clock clock) {
        this.directory = directory;
        this.disk = disk;
        this.clock = clock;
        this.holds = new BlobHolds(directory.locks());
    }

    Optional<BlobContent> find(StoredBlob blob) throws IOException {
        Path file = file(blob.location());
        try {
            if (Files.size(file) != blob.size()) {
                setAside(blob, file);
            }
            if (Files.size(file) == blob.size()) { // it may have been healed meanwhile
                return Optional.of(new FileContent(file, blob.size()));
            }
        } catch (NoSuchFileException e) {
            log.debug("The bytes of {} are not there", blob.digest()); // whoever has a row for them knows what that means
        }
        return Optional.empty();
    }

    boolean has(StoredBlob blob) {
        return Files.exists(file(blob.location()));
    }

    boolean isEmpty() throws IOException {
        try (Stream<Path> all = Files.find(directory.blobs(), 3, (path, attributes) -> attributes.isRegularFile())) {
            return all.findAny().isEmpty();
        }
    }

    BlobHolds.Hold hold(Digest digest) {
        return holds.share(digest);
    }

    BlobStore.Kept keepAll() {
        return holds.keepAll()::close;
    }

    BlobStore.Deletion delete(StoredBlob blob, BooleanSupplier isWanted) throws IOException {
        disk.requireSound();
        try (BlobHolds.Hold deletion = holds.tryDelete()) {
            return deletion == null ? BlobStore.Deletion.BUSY : deleteNow(blob, isWanted);
        }
    }

    private BlobStore.Deletion deleteNow(StoredBlob blob, BooleanSupplier isWanted) throws IOException {
        try (BlobHolds.Hold alone = holds.tryTakeAlone(blob.digest())) {
            if (alone == null) {
                return BlobStore.Deletion.BUSY;
            }
            if (isWanted.getAsBoolean()) {
                return BlobStore.Deletion.WANTED;
            }
            disk.delete(file(blob.location()));
        } catch (NoSuchFileException e) {
            log.debug("{} had been deleted before", blob.digest());
        }
        return BlobStore.Deletion.DELETED;
    }

    void forceDeletions(Collection<StoredBlob> deleted) {
        deleted.stream()
                .map(blob -> file(blob.location()).getParent())
                .distinct()
                .filter(Files::isDirectory)
                .forEach(disk::forceNames);
    }

    /** Not while an upload holds it: a healed blob must not be set aside for the broken one that it replaces. */
    private void setAside(StoredBlob blob, Path file) throws IOException {
        try (BlobHolds.Hold alone = holds.tryTakeAlone(blob.digest())) {
            long size = Files.size(file);
            if (alone == null || size == blob.size()) {
                return;
            }
            String name = directory.setAside(blob.digest(), clock.millis());
            disk.move(file, directory.broken().resolve(name));
            log.error(
                    "{} has {} bytes instead of {}: set aside as broken/{}; pushing it again heals it",
                    blob.digest(),
                    size,
                    blob.size(),
                    name);
        }
    }

    BlobStore.Condition check(StoredBlob blob, IntConsumer read) throws IOException {
        Path file = file(blob.location());
        try {
            while (true) {
                BasicFileAttributes before = Files.readAttributes(file, BasicFileAttributes.class);
                if (before.size() == blob.size() && digest(file, blob.digest().algorithm(), read).equals(blob.digest())) {
                    return BlobStore.Condition.SOUND;
                }
                if (setAsideUnlessHealed(blob, file, before)) {
                    return BlobStore.Condition.BROKEN;
                }
            }
        } catch (NoSuchFileException e) {
            return BlobStore.Condition.MISSING;
        } catch (ClosedByInterruptException e) {
            throw e; // of the one who checks, not of the file
        } catch (IOException e) {
            log.error("{} cannot be read; pushing it again heals it", blob.digest(), e);
            return BlobStore.Condition.UNREADABLE;
        }
    }

    private static Digest digest(Path file, DigestAlgorithm algorithm, IntConsumer read) throws IOException {
        MessageDigest hash = algorithm.messageDigest();
        byte[] part = new byte[CHECKED_AT_ONCE];
        try (InputStream in = Files.newInputStream(file)) {
            for (int count = in.read(part); count >= 0; count = in.read(part)) {
                hash.update(part, 0, count);
                read.accept(count);
            }
        }
        return Digest.ofBytes(hash.digest());
    }

    /** A push may have replaced what was read, or is about to. Says whether it had not. */
    private boolean setAsideUnlessHealed(StoredBlob blob, Path file, BasicFileAttributes before) throws IOException {
        try (BlobHolds.Hold alone = holds.tryTakeAlone(blob.digest())) {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            if (alone == null
                    || !Objects.equals(now.fileKey(), before.fileKey())
                    || !now.lastModifiedTime().equals(before.lastModifiedTime())) {
                return false;
            }
            String name = directory.setAside(blob.digest(), clock.millis());
            disk.move(file, directory.broken().resolve(name));
            log.error("{} has other bytes than its digest says: set aside as broken/{}; pushing it again heals it", blob.digest(), name);
            return true;
        }
    }

    /** The blob under a digest as its file stands; its bytes were checked and forced before they came there. */
    Optional<StoredBlob> committed(Digest digest) throws IOException {
        String location = DataDirectory.location(digest);
        try {
            return Optional.of(new StoredBlob(digest, Files.size(file(location)), location));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Whoever does it holds the blob. */
    void moveIntoPlace(Path data, StoredBlob blob) throws IOException {
        Path file = file(blob.location());
        disk.createDirectory(file.getParent());
        disk.move(data, file);
        disk.forceNames(file.getParent());
    }

    private Path file(String location) {
        return directory.blobs().resolve(location);
    }

    private record FileContent(Path path, long size) implements BlobContent.LocalFile {

        @Override
        public InputStream openFrom(long offset) throws IOException {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
            try {
                channel.position(offset);
                return Channels.newInputStream(channel);
            } catch (IOException e) {
                try (channel) {
                    throw e;
                }
            }
        }
    }
}
