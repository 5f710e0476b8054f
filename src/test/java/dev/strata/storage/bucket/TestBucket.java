package dev.strata.storage.bucket;

import dev.strata.memory.MemoryBudget;
import dev.strata.storage.BlobStore;
import dev.strata.storage.StoredBlob;
import dev.strata.storage.directory.DataDirectory;
import dev.strata.storage.directory.Disk;
import dev.strata.storage.directory.Room;
import dev.strata.testing.S3Server;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.h2.jdbcx.JdbcConnectionPool;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.unit.DataSize;

/** A part of the tests' bucket, and the sessions of its uploads in a database in memory. */
public final class TestBucket {

    /** Enough for two parts. */
    private static final long MEMORY = 24L * 1024 * 1024;

    private static final class Database {
        private static final DataSource SESSIONS = migrated();

        private static DataSource migrated() {
            DataSource database = JdbcConnectionPool.create(
                    "jdbc:h2:mem:sessions;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DB_CLOSE_DELAY=-1", "sa", "");
            Flyway.configure()
                    .dataSource(database)
                    .placeholders(Map.of(
                            "bytes_64", "varbinary(64)",
                            "bytes_large", "binary large object",
                            "by_code", "",
                            "random_bytes", "secure_rand(32)",
                            "passing", ""))
                    .load()
                    .migrate();
            return database;
        }
    }

    private final String prefix = UUID.randomUUID() + "/";
    private final List<StoredBlob> lost = Collections.synchronizedList(new ArrayList<>());
    private final JdbcClient sessions = JdbcClient.create(Database.SESSIONS);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    /** With no session of earlier tests. */
    public TestBucket() {
        sessions.sql("delete from object_upload_part").update();
        sessions.sql("delete from object_upload").update();
    }

    /**
     * A store on it.
     *
     * @param endpoint where the S3 server is reached
     * @param deadline how long requests are tried again
     */
    public Opened open(URI endpoint, Duration deadline, Path directory, Clock clock) throws IOException {
        BucketProperties properties = new Binder(new MapConfigurationPropertySource(Map.of(
                        "s3.bucket", S3Server.BUCKET,
                        "s3.endpoint", endpoint.toString(),
                        "s3.path-style", "true",
                        "s3.prefix", prefix,
                        "s3.deadline", deadline.toString(),
                        "s3.redirect", "on")))
                .bindOrCreate("s3", BucketProperties.class);
        BucketClients clients = new BucketClients(properties);
        DataDirectory data = DataDirectory.open(directory);
        BucketBlobStore store = new BucketBlobStore(
                new Bucket(clients, properties, meters),
                new UploadTable(sessions, clock),
                new Redirects(clients, properties),
                new MemoryBudget(MEMORY, Duration.ofSeconds(1), meters),
                data,
                new Disk(() -> {}),
                Room.on(data, DataSize.ofBytes(0)),
                16,
                event -> lost.add(event.blob()),
                UUID::randomUUID);
        return new Opened(store, data);
    }

    /** An open store. */
    public record Opened(BlobStore store, DataDirectory data) implements AutoCloseable {

        @Override
        public void close() throws IOException {
            ((BucketBlobStore) store).close();
            data.close();
        }
    }

    /** Until it is closed, what is said of sessions is lost. */
    public interface Lost extends AutoCloseable {
        @Override
        void close();
    }

    public Lost losingWhatSessionsSayFromNowOn() {
        sessions.sql("create table object_upload_before as select * from object_upload").update();
        return () -> {
            sessions.sql("delete from object_upload").update();
            sessions.sql("insert into object_upload select * from object_upload_before").update();
            sessions.sql("drop table object_upload_before").update();
        };
    }

    /** The name of a blob's object in the bucket. */
    public String object(StoredBlob blob) {
        return prefix + blob.location();
    }

    /** What was found missing or broken. */
    public List<StoredBlob> lost() {
        return lost;
    }

    /** Requests that read an object or a part of one. */
    public long reads() {
        return meters.find("strata.store.requests").tag("operation", "get").timers().stream()
                .mapToLong(Timer::count)
                .sum();
    }

    /** Requests to the store, repeated ones among them. */
    public double attempts() {
        return meters.get("strata.store.attempts").counter().count();
    }
}
