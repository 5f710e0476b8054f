package dev.strata.oci;

import static dev.strata.oci.Invalid.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformTest {

    @ParameterizedTest
    @ValueSource(strings = {"linux/amd64", "linux/arm64/v8", "windows/amd64", "linux/arm/v7"})
    void whatIsReadIsWrittenAgain(String text) {
        assertThat(Platform.of(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "linux", "linux/", "/amd64", "linux/amd64/", "linux/arm64/v8/x", "Linux/amd64", "linux /amd64"})
    void whatIsNoPlatformIsRefused(String text) {
        assertInvalid(() -> Platform.of(text), Problem.PARAMETER_INVALID, ErrorCode.UNSUPPORTED);
    }
}
