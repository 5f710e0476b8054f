package dev.strata.storage;

import dev.strata.storage.directory.DataDirectory;
import dev.strata.storage.directory.Disk;
import java.io.IOException;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({StorageProperties.class, StoreProperties.class})
class StorageConfiguration {

    /**
     * An embedded database is one process's alone, and so is all beside it. Those that share another one share the directory,
     * unless blobs are elsewhere: then each has its own.
     */
    @Bean
    DataDirectory dataDirectory(
            StorageProperties properties,
            StoreProperties store,
            @Value("${spring.datasource.url:embedded}") String database)
            throws IOException {
        boolean isEmbedded = database.equals("embedded") || database.startsWith("jdbc:h2:");
        boolean isAlone = isEmbedded || store.kind() != StorageKind.FILE_SYSTEM;
        return isAlone ? DataDirectory.open(properties.dataDir()) : DataDirectory.openShared(properties.dataDir());
    }

    /** Where it fails, whoever watches over this process starts it again. */
    @Bean
    Disk disk(ApplicationEventPublisher events) {
        return new Disk(() -> AvailabilityChangeEvent.publish(events, Disk.class, LivenessState.BROKEN));
    }
}
