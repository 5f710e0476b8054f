package dev.strata.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110, section 14. */
class ByteRangeTest {

    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 1000, 0, 1",
        "bytes=0-499, 1000, 0, 500",
        "bytes=500-999, 1000, 500, 1000",
        "bytes=500-1000, 1000, 500, 1000",
        "bytes=500-, 1000, 500, 1000",
        "bytes=999-, 1000, 999, 1000",
        "bytes=0-, 1, 0, 1",
        "bytes=-1, 1000, 999, 1000",
        "bytes=-1000, 1000, 0, 1000",
        "bytes=-1001, 1000, 0, 1000",
        "bytes=00-01, 1000, 0, 2",
        "bytes= 0-1, 1000, 0, 2",
        "bytes=0-999999999999999999, 1000, 0, 1000",
        "bytes=0-99999999999999999999, 1000, 0, 1000",
        "bytes=0-9223372036854775807, 1000, 0, 1000",
        "bytes=-999999999999999999, 1000, 0, 1000",
        "bytes=-99999999999999999999, 1000, 0, 1000",
        "bytes=4294967296-4294967297, 8589934592, 4294967296, 4294967298"
    })
    void aRangeWithinTheContentIsHonoured(String header, long size, long first, long end) {
        ByteRange range = ByteRange.of(header, size);
        assertThat(range).isEqualTo(new ByteRange(first, end, true));
        assertThat(range.length()).isEqualTo(end - first);
        assertThat(range.contentRange(size)).isEqualTo("bytes " + first + "-" + (end - 1) + "/" + size);
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=500-0, 1000",
        "bytes=5000-10000, 1000",
        "bytes=1000-, 1000",
        "bytes=1000-1000, 1000",
        "bytes=-0, 1000",
        "bytes=0-0, 0",
        "bytes=0-, 0",
        "bytes=-1, 0",
        "bytes=999999999999999999-, 1000",
        "bytes=99999999999999999999-, 1000",
        "bytes=99999999999999999999-99999999999999999999, 1000"
    })
    void aRangeOutsideOfTheContentCannotBeSatisfied(String header, long size) {
        assertThatThrownBy(() -> ByteRange.of(header, size)).isInstanceOfSatisfying(RegistryException.class, e -> {
            assertThat(e.problem()).isEqualTo(Problem.RANGE_NOT_SATISFIABLE);
            assertThat(e.detail().toString()).contains(header).contains(String.valueOf(size));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=1", "bytes=0-1,2-3", "bytes=--1", "bytes=1-2-3", "lines=0-1",
        "0-1", "bytes 0-1", "bytes=0x1-2", "bytes=+1-2", "bytes=1.0-2",
        "bytes=\u0661-\u0662"
    })
    void whatIsNoSingleRangeOfBytesIsIgnored(String header) {
        assertThat(ByteRange.of(header, 1_000)).isEqualTo(ByteRange.whole(1_000));
        assertThat(ByteRange.of(header, 1_000).partial()).isFalse();
    }
}
