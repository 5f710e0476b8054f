package dev.strata.storage;

import java.io.IOException;
import java.time.Clock;
import java.util.UUID;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(StorageProperties.class)
class StorageConfiguration {

    @Bean
    DataDirectory dataDirectory(StorageProperties properties) throws IOException {
        return DataDirectory.open(properties.dataDir());
    }

    @Bean
    BlobStore blobStore(DataDirectory directory, StorageProperties properties, Clock clock) throws IOException {
        return new FileSystemBlobStore(directory, properties.minFree().toBytes(), clock, UUID::randomUUID);
    }
}
