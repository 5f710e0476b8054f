package dev.strata.testing;

import dev.strata.storage.directory.DataDirectory;
import dev.strata.storage.StoreProperties;
import dev.strata.storage.bucket.BucketProperties;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.jdbc.core.simple.JdbcClient;

@TestConfiguration(proxyBeanMethods = false)
class ClientConfiguration {

    /** Lazy, because the port is known only when the server runs. */
    @Bean
    @Lazy
    RegistryClient registryClient(WebServerApplicationContext context) {
        return new RegistryClient(context.getWebServer().getPort());
    }

    @Bean
    StoredBlobs storedBlobs(DataDirectory directory, BucketProperties bucket, StoreProperties store, JdbcClient jdbc) {
        return switch (store.kind()) {
            case FILE_SYSTEM -> new BlobsOnDisk(directory.root());
            case S3 -> new BlobsInBucket(directory.root(), bucket.prefix(), digest -> jdbc.sql(
                            "select location from blob where digest = ?")
                    .param(digest.bytes())
                    .query(String.class)
                    .single());
        };
    }
}
