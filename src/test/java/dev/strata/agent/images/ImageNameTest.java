package dev.strata.agent.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.strata.problem.RegistryException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageNameTest {

    private static final String DIGEST = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

    @ParameterizedTest
    @CsvSource({
        "debian, docker.io/library/debian:latest",
        "debian:12, docker.io/library/debian:12",
        "a/b, docker.io/a/b:latest",
        "localhost/a, localhost/a:latest",
        "localhost:5000/a/b:c, localhost:5000/a/b:c",
        "127.0.0.1:5000/a, 127.0.0.1:5000/a:latest",
        "ghcr.io/a/b:1, ghcr.io/a/b:1",
        "[::1]:5000/a:1, [::1]:5000/a:1",
        "debian@" + DIGEST + ", docker.io/library/debian@" + DIGEST,
        "debian:12@" + DIGEST + ", docker.io/library/debian@" + DIGEST
    })
    void aNameIsReadAsDockerReadsIt(String text, String full) {
        assertThat(ImageName.of(text)).hasToString(full);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "localhost:5000/", "a:b:c", "a@sha256:1", "a b"})
    void whatIsNoNameIsRefused(String text) {
        assertThatExceptionOfType(RegistryException.class).isThrownBy(() -> ImageName.of(text));
    }
}
