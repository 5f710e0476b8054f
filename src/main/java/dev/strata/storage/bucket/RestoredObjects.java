package dev.strata.storage.bucket;

import dev.strata.memory.MemoryBudget;
import dev.strata.oci.Digest;
import dev.strata.problem.RegistryException;
import dev.strata.storage.StoredBlob;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts blobs where their rows say that they are, for a registry that does not run. Any number of threads may do so. */
public final class RestoredObjects implements AutoCloseable {

    private static final int READ_AT_ONCE = 64 * 1024;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private final Bucket bucket;
    private final MemoryBudget memory;
    private final Path directory;

    /** @param directory where parts lie that memory has no room for */
    public RestoredObjects(BucketProperties properties, Path directory) {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        this.bucket = new Bucket(new BucketClients(properties), properties, meters);
        this.memory = new MemoryBudget(Runtime.getRuntime().maxMemory() / 4, LONGEST_WAIT, meters);
        this.directory = directory;
    }

    /** Whether a blob's row says that it is an object. */
    public static boolean isObject(StoredBlob blob) {
        return blob.location().startsWith(BucketBlobStore.OBJECTS);
    }

    /**
     * Puts a blob there, unless an object of its name and length is there already: nobody else makes one.
     *
     * @param source a file that should have its bytes
     * @return whether the file has them; where it has not, there is no object either
     * @throws RegistryException AWAY
     */
    public boolean put(StoredBlob blob, Path source) throws IOException {
        if (bucket.size(blob.location()).equals(Optional.of(blob.size()))) {
            return true;
        }
        if (Files.size(source) != blob.size()) {
            return false;
        }
        MessageDigest hash = blob.digest().algorithm().messageDigest();
        try (InputStream in = Files.newInputStream(source)) {
            return blob.size() <= PartSizes.of(1) ? putWhole(blob, in, hash) : putParts(blob, in, hash);
        }
    }

    private boolean putWhole(StoredBlob blob, InputStream in, MessageDigest hash) throws IOException {
        try (PartBuffer content = read(in, blob.size(), hash)) {
            boolean isSound = Digest.ofBytes(hash.digest()).equals(blob.digest());
            if (isSound) {
                bucket.put(blob.location(), content);
            }
            return isSound;
        }
    }

    /** What is broken off leaves parts, which the registry gives up when they are old. */
    private boolean putParts(StoredBlob blob, InputStream in, MessageDigest hash) throws IOException {
        String multipart = bucket.begin(blob.location());
        List<Bucket.Part> parts = new ArrayList<>();
        for (long left = blob.size(); left > 0; left -= PartSizes.of(parts.size())) {
            int number = parts.size() + 1;
            try (PartBuffer content = read(in, Math.min(left, PartSizes.of(number)), hash)) {
                parts.add(bucket.putPart(blob.location(), multipart, number, content));
            }
        }
        if (!Digest.ofBytes(hash.digest()).equals(blob.digest())) {
            bucket.abort(blob.location(), multipart);
            return false;
        }
        bucket.complete(blob.location(), multipart, parts, blob.size());
        return true;
    }

    private PartBuffer read(InputStream in, long length, MessageDigest hash) throws IOException {
        PartBuffer content = new PartBuffer(memory, directory);
        try {
            for (long left = length; left > 0; ) {
                byte[] bytes = in.readNBytes((int) Math.min(left, READ_AT_ONCE));
                if (bytes.length == 0) {
                    break; // the digest tells
                }
                hash.update(bytes);
                content.write(bytes, 0, bytes.length);
                left -= bytes.length;
            }
            return content;
        } catch (IOException e) {
            content.close();
            throw e;
        }
    }

    @Override
    public void close() {
        bucket.close();
    }
}
