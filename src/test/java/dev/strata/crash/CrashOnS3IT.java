package dev.strata.crash;

import dev.strata.testing.FaultyProxy;
import dev.strata.testing.FaultyProxy.Fault;
import dev.strata.testing.OnPostgres;
import dev.strata.testing.OnS3;
import dev.strata.testing.S3Server;
import dev.strata.testing.Size;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * With the blobs on S3 and all else on PostgreSQL, as replicas have it. The store is started again under load: what it was
 * asked meanwhile has no answer.
 */
class CrashOnS3IT extends CrashIT {

    /** Shorter than the registry tries a request again. */
    private static final Duration AWAY = Duration.ofMillis(1_500);

    private final String prefix = UUID.randomUUID().toString();
    private final String[] database = OnPostgres.Database.settings();
    private FaultyProxy store;

    @BeforeEach
    void open() throws IOException {
        store = FaultyProxy.before(S3Server.shared().endpoint());
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    @Override
    int kills() {
        return Size.of("strata.crash.kills", 2, 30);
    }

    @Override
    String[] settings() {
        return Stream.of(
                        Stream.of(database),
                        Stream.of(OnS3.Store.settings(prefix)).filter(setting -> !setting.contains("endpoint")),
                        Stream.of("strata.storage.s3.endpoint=" + store.endpoint()))
                .flatMap(settings -> settings)
                .toArray(String[]::new);
    }

    @Override
    void disturb() throws InterruptedException {
        store.fail(4, "/blobs/", Fault.LOST_ANSWER);
        store.fail(Integer.MAX_VALUE, "/blobs/", Fault.RESET);
        Thread.sleep(AWAY); // no condition: it is away as long as that
        store.heal();
    }
}
