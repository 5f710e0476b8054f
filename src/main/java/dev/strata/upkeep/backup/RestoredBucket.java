package dev.strata.upkeep.backup;

import dev.strata.storage.StorageKind;
import dev.strata.storage.StoreProperties;
import dev.strata.storage.StoredBlob;
import dev.strata.storage.bucket.BucketProperties;
import dev.strata.storage.bucket.RestoredObjects;
import dev.strata.upkeep.commands.OperationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.FileSystemUtils;

/** A bucket on S3, in which each blob gets the name that its row says. */
final class RestoredBucket implements RestoredBlobs {

    private static final int AT_ONCE = 8;

    private final Path parts;
    private final RestoredObjects objects;

    private RestoredBucket(BucketProperties properties) throws IOException {
        this.parts = Files.createTempDirectory("strata-restore");
        this.objects = new RestoredObjects(properties, parts);
    }

    /**
     * The bucket that settings name.
     *
     * @param settings as of the server's command line; the environment counts too
     * @return empty where blobs are not on S3
     */
    static Optional<RestoredBlobs> of(List<String> settings) throws IOException {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new SimpleCommandLinePropertySource(settings.toArray(String[]::new)));
        ConfigurationPropertySources.attach(environment);
        Binder binder = Binder.get(environment);
        return binder.bindOrCreate("strata.storage", StoreProperties.class).kind() == StorageKind.S3
                ? Optional.of(new RestoredBucket(binder.bindOrCreate("strata.storage.s3", BucketProperties.class)))
                : Optional.empty();
    }

    @Override
    public int atOnce() {
        return AT_ONCE;
    }

    @Override
    public boolean bring(StoredBlob blob, Path source) throws IOException {
        if (!RestoredObjects.isObject(blob)) {
            throw new OperationException("the blobs of this backup were files: restore it to a data directory");
        }
        return objects.put(blob, source);
    }

    @Override
    public void close() throws IOException {
        objects.close();
        FileSystemUtils.deleteRecursively(parts);
    }
}
