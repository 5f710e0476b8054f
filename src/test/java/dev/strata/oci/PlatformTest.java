package dev.strata.oci;

import static dev.strata.oci.Invalid.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.problem.ErrorCode;
import dev.strata.problem.Problem;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** Platforms, compared as containerd compares them. */
class PlatformTest {

    @ParameterizedTest
    @CsvSource({
        "linux/amd64, linux/amd64",
        "linux/amd64/v1, linux/amd64",
        "linux/amd64/v2, linux/amd64/v2",
        "linux/x86_64, linux/amd64",
        "linux/x86-64/v3, linux/amd64/v3",
        "Linux/AMD64, linux/amd64",
        "linux/arm64, linux/arm64",
        "linux/arm64/v8, linux/arm64",
        "linux/arm64/8, linux/arm64",
        "linux/arm64/v9, linux/arm64/v9",
        "linux/aarch64, linux/arm64",
        "linux/aarch64/v8, linux/arm64",
        "linux/arm, linux/arm/v7",
        "linux/arm/7, linux/arm/v7",
        "linux/arm/6, linux/arm/v6",
        "linux/arm/v5, linux/arm/v5",
        "linux/armhf, linux/arm/v7",
        "linux/armel, linux/arm/v6",
        "linux/i386, linux/386",
        "macos/aarch64, darwin/arm64",
        "Windows/amd64, windows/amd64",
        "linux/ppc64le, linux/ppc64le",
        "linux/riscv64/rva20, linux/riscv64/rva20"
    })
    void onePlatformHasOneName(String text, String name) {
        assertThat(Platform.of(text)).hasToString(name).isEqualTo(Platform.of(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "linux", "linux/", "/amd64", "linux/amd64/", "linux/arm64/v8/x", "linux/a md64", "lin?ux/amd64"})
    void whatIsNoPlatformIsRefused(String text) {
        assertInvalid(() -> Platform.of(text), Problem.PARAMETER_INVALID, ErrorCode.UNSUPPORTED);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"os":"linux","architecture":"arm64","variant":"v8"}  | linux/arm64
            {"os":"LINUX","architecture":"x86_64","variant":null} | linux/amd64
            {"os":"linux","architecture":""}                      |
            {"os":" ","architecture":"amd64"}                     |
            {"os":7,"architecture":{}}                            |
            {}                                                    |
            """)
    void aDocumentNamesAPlatformOrNone(String json, String name) {
        assertThat(Platform.read(JsonMapper.shared().readTree(json)).map(Platform::toString).orElse(null))
                .isEqualTo(name);
    }

    /** The images of an index, the best first, and without those that do not run. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            linux/amd64    | linux/amd64 linux/386
            linux/amd64/v3 | linux/amd64/v3 linux/amd64/v2 linux/amd64 linux/386
            linux/amd64/v4 | linux/amd64/v3 linux/amd64/v2 linux/amd64 linux/386
            linux/arm64    | linux/arm64 linux/arm/v7 linux/arm/v6 linux/arm/v5
            linux/arm64/v8.2 | linux/arm64/v8.2 linux/arm64 linux/arm/v7 linux/arm/v6 linux/arm/v5
            linux/arm64/v8.9 | linux/arm64/v8.6 linux/arm64/v8.2 linux/arm64 linux/arm/v7 linux/arm/v6 linux/arm/v5
            linux/arm64/v9 | linux/arm64/v9 linux/arm64/v8.2 linux/arm64 linux/arm/v7 linux/arm/v6 linux/arm/v5
            linux/arm64/v9.1 | linux/arm64/v9 linux/arm64/v8.6 linux/arm64/v8.2 linux/arm64 linux/arm/v7 linux/arm/v6 linux/arm/v5
            linux/arm      | linux/arm/v7 linux/arm/v6 linux/arm/v5
            linux/arm/v6   | linux/arm/v6 linux/arm/v5
            linux/386      | linux/386
            windows/amd64  | windows/amd64
            linux/s390x    |
            """)
    void theBestMatchWins(String target, String best) {
        List<Platform> index = Stream.of("linux/arm/v5", "linux/386", "linux/amd64/v3", "windows/amd64",
                        "linux/amd64/v2", "linux/arm64/v8", "linux/arm64/v8.6", "linux/arm64/v9", "linux/arm64/v8.2",
                        "unknown/unknown", "linux/amd64", "linux/arm", "linux/arm/v6")
                .map(Platform::of)
                .toList();
        List<String> matches = index.stream()
                .filter(image -> Platform.of(target).rank(image).isPresent())
                .sorted(Comparator.comparingInt(image -> Platform.of(target).rank(image).orElseThrow()))
                .map(Platform::toString)
                .toList();
        assertThat(String.join(" ", matches)).isEqualTo(Objects.requireNonNullElse(best, ""));
    }

    @Test
    void nothingRunsWhatNobodyKnows() {
        assertThat(Platform.of("linux/amd64").rank(Platform.of("unknown/unknown"))).isEmpty();
    }
}
