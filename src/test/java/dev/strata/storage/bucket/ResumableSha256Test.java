package dev.strata.storage.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.testing.Content;
import java.util.Random;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.Test;

class ResumableSha256Test {

    /** Around the blocks, and where the length still fits into the last one and where not. */
    @Test
    void itIsWhatTheJdkComputes() {
        for (int length = 0; length < 300; length++) {
            byte[] content = Content.random(length, length);
            ResumableSha256 hash = new ResumableSha256();
            hash.update(content, 0, length);
            assertThat(hash.digest()).as("%d bytes", length).isEqualTo(DigestUtils.sha256(content));
        }
    }

    @Test
    void itGoesOnFromAnyStateInPiecesOfAnySize() {
        Random random = new Random(1);
        for (int round = 0; round < 200; round++) {
            byte[] content = Content.random(round, random.nextInt(5_000));
            ResumableSha256 hash = new ResumableSha256();
            for (int from = 0; from < content.length; ) {
                int count = Math.min(content.length - from, 1 + random.nextInt(200));
                hash.update(content, from, count);
                hash.digest(); // leaves the state as it is
                hash = ResumableSha256.of(hash.state());
                from += count;
            }
            assertThat(hash.digest()).isEqualTo(DigestUtils.sha256(content));
        }
    }

    @Test
    void partsOfAllSizesHoldWhatAStoreTakes() {
        long sum = 0;
        for (int number = 1; number <= PartSizes.MOST_PARTS; number++) {
            sum += PartSizes.of(number);
        }
        assertThat(sum).isGreaterThan(5_000_000_000_000L);
        assertThat(PartSizes.of(1)).isEqualTo(5 * 1024 * 1024);
        assertThat(PartSizes.of(PartSizes.MOST_PARTS)).isLessThan(5L * 1024 * 1024 * 1024);
    }
}
