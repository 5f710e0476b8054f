package dev.strata.storage;

import java.io.IOException;
import java.time.Clock;
import java.util.UUID;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(StorageProperties.class)
class StorageConfiguration {

    @Bean
    DataDirectory dataDirectory(StorageProperties properties) throws IOException {
        return DataDirectory.open(properties.dataDir());
    }

    /** Where it fails, whoever watches over this process starts it again. */
    @Bean
    Disk disk(ApplicationEventPublisher events) {
        return new Disk(() -> AvailabilityChangeEvent.publish(events, Disk.class, LivenessState.BROKEN));
    }

    @Bean
    BlobStore blobStore(DataDirectory directory, Disk disk, StorageProperties properties, Clock clock)
            throws IOException {
        return new FileSystemBlobStore(directory, disk, properties.minFree().toBytes(), clock, UUID::randomUUID);
    }
}
