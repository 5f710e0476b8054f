package dev.strata.oci;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.problem.ErrorCode;
import dev.strata.problem.Problem;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MediaTypeTest {

    @ParameterizedTest
    @ValueSource(strings = {
        "application/json", "application/vnd.oci.image.manifest.v1+json", "a/b", "A/B", "text/plain",
        "a1!#$&^_.+-/b1!#$&^_.+-"
    })
    void aTypeIsKeptAsItWasWritten(String text) {
        assertThat(MediaType.of(text)).hasToString(text);
    }

    @ParameterizedTest
    @MethodSource("noTypes")
    void whatIsNoTypeIsInvalid(String text) {
        Invalid.assertInvalid(() -> MediaType.of(text), Problem.MANIFEST_INVALID, ErrorCode.MANIFEST_INVALID);
    }

    static Stream<String> noTypes() {
        return Stream.of(
                "", "/", "a", "a/", "/b", "a/b/c", "a b/c", "a/b;c=d", " a/b", "a/b ", "a/b\n", "*/*", "a/*", ".a/b", "ä/b",
                "a/" + "b".repeat(128), "a".repeat(128) + "/b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json                    | application/json",
                "application/json;charset=utf-8      | application/json",
                "'  application/json ; a=b ; c=\"d;e\"' | application/json",
                "application/json;                   | application/json"
            })
    void aContentTypesParametersAreLeftOut(String header, String type) {
        assertThat(MediaType.ofContentType(header)).hasToString(type);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ";", ";charset=utf-8", "json", "a/b, c/d"})
    void aContentTypeThatIsNoneIsInvalid(String header) {
        Invalid.assertInvalid(
                () -> MediaType.ofContentType(header), Problem.MANIFEST_INVALID, ErrorCode.MANIFEST_INVALID);
    }

    @Test
    void typesAreComparedInLowerCase() {
        assertThat(MediaType.of("Application/JSON"))
                .isEqualTo(MediaType.of("application/json"))
                .hasSameHashCodeAs(MediaType.of("application/json"))
                .isNotEqualTo(MediaType.of("application/xml"));
    }

    @ParameterizedTest
    @CsvSource({
        "application/vnd.oci.image.layer.nondistributable.v1.tar, true",
        "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip, true",
        "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd, true",
        "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip, true",
        "Application/Vnd.Docker.Image.Rootfs.Foreign.Diff.Tar.Gzip, true",
        "application/vnd.docker.image.rootfs.diff.tar.gzip, false",
        "application/vnd.oci.image.layer.v1.tar+gzip, false"
    })
    void someLayersMayBeKeptElsewhere(String type, boolean nonDistributable) {
        assertThat(MediaType.of(type).isNonDistributable()).isEqualTo(nonDistributable);
    }
}
