package dev.strata.storage.files;

import dev.strata.storage.OnStorage;
import dev.strata.storage.StorageKind;
import dev.strata.storage.StorageProperties;
import dev.strata.storage.directory.DataDirectory;
import dev.strata.storage.directory.Disk;
import dev.strata.storage.directory.Room;
import java.io.IOException;
import java.time.Clock;
import java.util.UUID;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The store of files, where the settings name no other one. */
@Configuration(proxyBeanMethods = false)
@OnStorage(StorageKind.FILE_SYSTEM)
class FilesConfiguration {

    @Bean
    FileSystemBlobStore blobStore(DataDirectory directory, Disk disk, StorageProperties storage, Clock clock)
            throws IOException {
        return new FileSystemBlobStore(
                directory, disk, Room.on(directory, storage.minFree()), clock, UUID::randomUUID);
    }
}
