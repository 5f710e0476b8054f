package dev.strata.testing;

import dev.strata.oci.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import java.util.function.Function;

/**
 * The objects of blobs in the tests' bucket.
 *
 * @param directory where manifests are set aside that are broken
 * @param prefix what the names of the registry's objects begin with
 * @param locations where the row of a blob says that its object is
 */
record BlobsInBucket(Path directory, String prefix, Function<Digest, String> locations) implements StoredBlobs {

    private static S3Server server() {
        return S3Server.shared();
    }

    private String object(Digest digest) {
        return prefix + locations.apply(digest);
    }

    @Override
    public boolean has(Digest digest) throws IOException {
        for (String object : server().list(prefix + "blobs/")) {
            byte[] bytes = server().read(object);
            if (digest.equals(Content.sha256(bytes)) || digest.equals(Content.sha512(bytes))) {
                return true;
            }
        }
        return false;
    }

    @Override
    public long bytes() throws IOException {
        long sum = 0;
        for (String object : server().list(prefix + "blobs/")) {
            sum += server().read(object).length;
        }
        return sum;
    }

    @Override
    public void overwrite(Digest digest, byte[] bytes) {
        server().overwrite(object(digest), bytes);
    }

    @Override
    public void remove(Digest digest) {
        server().remove(object(digest));
    }

    /** An object stays where it is until it is old enough to go as a stray. */
    @Override
    public boolean keepsBroken(byte[] bytes) throws IOException {
        for (String object : server().list(prefix + "blobs/")) {
            if (Arrays.equals(server().read(object), bytes)) {
                return true;
            }
        }
        return new BlobsOnDisk(directory).keepsBroken(bytes);
    }

    @Override
    public Stray putStray(byte[] bytes, Duration age) throws IOException {
        String name = UUID.randomUUID().toString();
        String location = "blobs/" + name.substring(0, 2) + "/" + name;
        server().overwrite(prefix + location, bytes);
        server().age(prefix + location, age);
        return new StrayObject(prefix, location);
    }

    private record StrayObject(String prefix, String location) implements Stray {

        @Override
        public String name() {
            return "the object " + location;
        }

        @Override
        public boolean isThere() {
            return server().list(prefix + location).iterator().hasNext();
        }

        @Override
        public void remove() {
            server().remove(prefix + location);
        }
    }
}
