package dev.strata.agent.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoFormatTest {

    @ParameterizedTest
    @CsvSource({
        "PT0S, 0s", "PT30S, 30s", "PT1M30S, 1m30s", "PT1.5S, 1.5s", "PT0.1S, 100ms", "PT0.0015S, 1.5ms", "PT1H, 1h0m0s",
        "PT25H1M2.25S, 25h1m2.25s"
    })
    void aDurationIsWrittenAsGoDoes(Duration duration, String text) {
        assertThat(GoFormat.duration(duration)).isEqualTo(text);
    }

    @Test
    void listsAndTextsAreWrittenAsGoDoes() {
        assertThat(GoFormat.list(List.of("a", "b c"))).isEqualTo("[a b c]");
        assertThat(GoFormat.quoted(List.of("a", "b \"c\"", "d\\e\n\t\u0001é"))).isEqualTo("[\"a\" \"b \\\"c\\\"\" \"d\\\\e\\n\\t\\x01é\"]");
        assertThat(GoFormat.quoted(List.of())).isEqualTo("[]");
        assertThat(GoFormat.quoted(2)).isEqualTo("'\\x02'");
        assertThat(GoFormat.quoted(10)).isEqualTo("'\\n'");
        assertThat(GoFormat.quoted(65)).isEqualTo("'A'");
    }
}
