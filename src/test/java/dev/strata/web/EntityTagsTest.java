package dev.strata.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9110, sections 8.8.3 and 13.1.2. */
class EntityTagsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"a\" | true",
                "W/\"a\" | true",
                "* | true",
                "' \"a\" ' | true",
                "\"b\",\"a\" | true",
                "\"b\" , W/\"a\" | true",
                "\"b\" | false",
                "\"A\" | false",
                "a | false",
                "w/\"a\" | false",
                "\"a | false",
                "'' | false",
                "',' | false",
                "\"b\",\"c\" | false"
            })
    void aTagIsFoundAmongThoseThatTheClientHas(String header, boolean match) {
        assertThat(EntityTags.match(header, "\"a\"")).isEqualTo(match);
    }

    @Test
    void whoSaysNothingHasNothing() {
        assertThat(EntityTags.match(null, "\"a\"")).isFalse();
    }
}
