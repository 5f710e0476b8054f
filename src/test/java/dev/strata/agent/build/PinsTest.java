package dev.strata.agent.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PinsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                // an instruction, with ; for a line end | the same by digest; empty where that cannot be said
                "COPY --from=a:1 /x /y                      | COPY --from=PIN /x /y",
                "COPY --chown=1 --from=a:1 --link /x /y     | COPY --chown=1 --from=PIN --link /x /y",
                "copy --from=\"a:1\" /x /y                  | copy --from=\"PIN\" /x /y",
                "COPY \\;  --from=a:1 \\;# why;  /x --from=a:1 /y | COPY \\;  --from=PIN \\;# why;  /x --from=a:1 /y",
                "RUN --mount=from=a:1,target=/m echo --from=a:1 | RUN --mount=from=PIN,target=/m echo --from=a:1",
                "RUN --mount=type=bind,target=/m,from=a:1 --network=none x | RUN --mount=type=bind,target=/m,from=PIN --network=none x",
                "RUN --mount=from=b:2,target=/m --mount=from=a:1,target=/n x | RUN --mount=from=b:2,target=/m --mount=from=PIN,target=/n x",
                "COPY --from=$X /x /y                       | ~~",
                "COPY --from=a:1.2 /x /y                    | ~~",
                "COPY /x --from=a:1 /y                      | ~~"
            })
    void imagesAreNamedByDigestInFlagsOnly(String text, String pinned) {
        Optional<String> applied = Pins.apply(text.replace(';', '\n'), '\\', Map.of("a:1", "PIN"));

        assertThat(applied).isEqualTo(Optional.of(pinned.replace(';', '\n')).filter(expected -> !expected.isEmpty()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"RUN x", "COPY --from=stage /x /y"})
    void whatTakesFromNoImageStaysAsItIs(String text) {
        assertThat(Pins.apply(text, '\\', Map.of())).contains(text);
    }
}
