package dev.strata.upkeep.retention.uses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.RepositoryName;
import dev.strata.testing.Content;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was said to be in use is read from the journal as it was written. */
class InUseChangeTest {

    @Test
    void itIsReadAsItWasWritten() {
        InUseChange change = new InUseChange(
                "owner",
                "production",
                Instant.parse("2026-01-02T03:04:05.678Z"),
                List.of(
                        new UsedImage(RepositoryName.of("team/web"), Content.sha256(new byte[] {1})),
                        new UsedImage(RepositoryName.of("b"), Content.sha512(new byte[] {2}))));
        assertThat(InUseChange.ofBytes(change.toBytes())).isEqualTo(change);
    }
}
