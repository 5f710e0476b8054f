package dev.strata.registry.blobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.problem.ErrorCode;
import dev.strata.testing.MovableClock;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.context.bean.override.convention.TestBean;

/** Uploads that nobody goes on with. */
@RegistryTest
@TestPropertySource(properties = "strata.upload-idle-timeout=7d")
class UploadExpiryTest {

    private static final MovableClock CLOCK = new MovableClock();

    @Autowired
    RegistryClient registry;

    @Autowired
    Uploads uploads;

    @TestBean
    Clock clock;

    static Clock clock() {
        return CLOCK;
    }

    @Test
    void anUploadLivesForAsLongAsItIsSetToAfterItsLastByte() throws IOException {
        String location = registry.startUpload("expiry/idle");
        registry.patch(location, new byte[10]);
        CLOCK.setAhead(Duration.ofDays(7).minusMinutes(5));
        uploads.expire();
        assertThat(registry.get(location)).hasStatus(204).hasHeader("Range", "0-9");
        CLOCK.setAhead(Duration.ofDays(7).plusMinutes(5));
        uploads.expire();
        assertThat(registry.get(location)).isError(404, ErrorCode.BLOB_UPLOAD_UNKNOWN);
        assertThat(registry.patch(location, new byte[10])).isError(404, ErrorCode.BLOB_UPLOAD_UNKNOWN);
    }
}
