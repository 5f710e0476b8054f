package dev.strata.storage.bucket;

import dev.strata.memory.MemoryBudget;
import dev.strata.storage.OnStorage;
import dev.strata.storage.StorageKind;
import dev.strata.storage.StorageProperties;
import dev.strata.storage.directory.DataDirectory;
import dev.strata.storage.directory.Disk;
import dev.strata.storage.directory.Room;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.util.UUID;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The store on S3, where the settings say so. */
@Configuration(proxyBeanMethods = false)
@OnStorage(StorageKind.S3)
class BucketConfiguration {

    @Bean
    BucketClients bucketClients(BucketProperties properties) {
        return new BucketClients(properties);
    }

    @Bean
    Bucket bucket(BucketClients clients, BucketProperties properties, MeterRegistry meters) {
        return new Bucket(clients, properties, meters);
    }

    @Bean
    UploadTable uploadTable(JdbcClient jdbc, Clock clock) {
        return new UploadTable(jdbc, clock);
    }

    @Bean
    BucketBlobStore blobStore(
            Bucket bucket,
            UploadTable table,
            BucketClients clients,
            BucketProperties properties,
            StorageProperties storage,
            MemoryBudget memory,
            DataDirectory directory,
            Disk disk,
            ApplicationEventPublisher events)
            throws IOException {
        return new BucketBlobStore(
                bucket,
                table,
                new Redirects(clients, properties),
                memory,
                directory,
                disk,
                Room.on(directory, storage.minFree()),
                properties.connections(),
                events::publishEvent,
                UUID::randomUUID);
    }

    @Bean
    BucketObjects bucketObjects(Bucket bucket, UploadTable table, BucketBlobStore store) {
        return new BucketObjects(bucket, table, store);
    }
}
