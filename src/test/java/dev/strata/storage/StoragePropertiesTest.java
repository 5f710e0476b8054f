package dev.strata.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.util.unit.DataSize;

class StoragePropertiesTest {

    /** Less than the embedded database needs would let it close itself when the disk fills up. */
    @ParameterizedTest
    @CsvSource({"0B, 64MB", "16MB, 64MB", "64MB, 64MB", "65MB, 65MB", "1GB, 1GB"})
    void neverIsLessLeftFreeThanTheDatabaseNeeds(String set, String counts) {
        StorageProperties properties =
                new StorageProperties(Path.of("data"), DataSize.parse(set), Duration.ofHours(1));
        assertThat(properties.minFree()).isEqualTo(DataSize.parse(counts));
    }
}
