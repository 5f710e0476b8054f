package dev.strata.testing;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobApiMetadata;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStore;
import org.jclouds.blobstore.BlobStoreContext;
import org.jclouds.blobstore.domain.PageSet;
import org.jclouds.blobstore.domain.StorageMetadata;
import org.jclouds.blobstore.options.ListContainerOptions;

/** A store that speaks S3, in this process, on a directory below the build's own. It checks signatures. */
public final class S3Server {

    /** The one bucket. */
    public static final String BUCKET = "blobs";

    private static final String KEY = "key";
    private static final String SECRET = "secret";
    private static final String REGION = "us-east-1";

    private final S3Proxy server;
    private final BlobStore content;
    private final Path directory;

    private S3Server(S3Proxy server, BlobStore content, Path directory) {
        this.server = server;
        this.directory = directory;
        this.content = content;
    }

    /** Started with the first class that needs it; it ends with the tests' process. */
    private static final class Shared {
        private static final S3Server SERVER = start();
    }

    /**
     * One for all tests, which use prefixes of their own. Its credentials and its region are where the SDK looks for them
     * first: otherwise it asks the network, for seconds and each time that a store is opened.
     */
    public static S3Server shared() {
        return Shared.SERVER;
    }

    private static S3Server start() {
        try {
            Path directory = Path.of("target", "s3", UUID.randomUUID().toString()).toAbsolutePath();
            Files.createDirectories(directory.resolve(BUCKET));
            Properties properties = new Properties();
            properties.setProperty("jclouds.filesystem.basedir", directory.toString());
            // By its name it would be looked for among clouds whose clients are not here.
            BlobStore content = ContextBuilder.newBuilder(new FilesystemNio2BlobApiMetadata())
                    .credentials(KEY, SECRET)
                    .overrides(properties)
                    .build(BlobStoreContext.class)
                    .getBlobStore();
            S3Proxy server = S3Proxy.builder()
                    .blobStore(content)
                    .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, KEY, SECRET)
                    .endpoint(URI.create("http://127.0.0.1:0"))
                    .jettyMaxThreads(64)
                    .build();
            server.start();
            System.setProperty("aws.accessKeyId", KEY);
            System.setProperty("aws.secretAccessKey", SECRET);
            System.setProperty("aws.region", REGION);
            return new S3Server(server, content, directory);
        } catch (Exception e) {
            throw new IllegalStateException("The S3 server of the tests does not start", e);
        }
    }

    /** Its credentials and its region, where other processes look for them. */
    public static Map<String, String> environment() {
        return Map.of("AWS_ACCESS_KEY_ID", KEY, "AWS_SECRET_ACCESS_KEY", SECRET, "AWS_REGION", REGION);
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getPort());
    }

    /** Gives an object other bytes. */
    public void overwrite(String object, byte[] bytes) {
        content.putBlob(BUCKET, content.blobBuilder(object).payload(bytes).build());
    }

    /** The bytes of an object. */
    public byte[] read(String object) throws IOException {
        try (var in = content.getBlob(BUCKET, object).getPayload().openStream()) {
            return in.readAllBytes();
        }
    }

    /** All objects whose names begin so. */
    public Iterable<String> list(String beginning) {
        List<String> names = new ArrayList<>();
        ListContainerOptions page = ListContainerOptions.Builder.prefix(beginning).recursive();
        PageSet<? extends StorageMetadata> some;
        do {
            some = content.list(BUCKET, page);
            some.forEach(object -> names.add(object.getName()));
            page = ListContainerOptions.Builder.prefix(beginning).recursive().afterMarker(String.valueOf(some.getNextMarker()));
        } while (some.getNextMarker() != null);
        return names;
    }

    /** Has an object be older than it is. */
    public void age(String object, Duration age) throws IOException {
        Files.setLastModifiedTime(
                directory.resolve(BUCKET).resolve(object), FileTime.from(Instant.now().minus(age)));
    }

    public void remove(String object) {
        content.removeBlob(BUCKET, object);
    }
}
