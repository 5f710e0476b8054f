package dev.strata.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrictJsonTest {

    /** A hundred bytes for each name, value and bracket, and the document's own length once more. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                     | 3
            0                      | 1
            [1,2,3]                | 5
            {"a":1}                | 4
            {"a":[{},{}],"b":"c"}  | 13
            "{[,:,:,:,:"           | 1
            "\\"[,,,,"             | 1
            "\\\\",[]              | 4
            """)
    void whatReadingTakesDependsOnWhatIsInIt(String document, int tokens) {
        assertThat(StrictJson.memory(document.getBytes(UTF_8))).isEqualTo(document.length() + 100L * tokens);
    }

    @ParameterizedTest
    @CsvSource({"5000000", "8000000"})
    void noDocumentTakesMoreThanWhatIsRefused(int length) {
        assertThat(StrictJson.memory(("[" + "{},".repeat(length / 3)).getBytes(UTF_8))).isLessThan(length + 50_000_001L);
    }
}
