package dev.strata.oci;

import static dev.strata.oci.Invalid.assertInvalid;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reading configurations: what is good, and everything that is not. */
class ImageConfigParseTest {

    private static final String DIFF_ID = "sha256:" + "d".repeat(64);

    @Test
    void aConfigurationIsRead() {
        ImageConfig config = ImageConfig.parse("""
                {"created":"2015-10-31T22:22:56.015925234Z","architecture":"arm64","variant":"v8","os":"linux",
                 "config":{"User":"alice","Env":["PATH=/bin","A=b=c"],"WorkingDir":"/home","Shell":["/bin/bash","-c"],
                           "Entrypoint":["/x"],"Labels":{"a":"b"}},
                 "rootfs":{"type":"layers","diff_ids":["%s"]},
                 "history":[{"created":"2015-10-31T22:22:54.690851953+02:00","created_by":"/bin/sh -c #(nop) ADD f in /",
                             "author":"me","comment":"c"},
                            {"created_by":"ENV A=b=c","empty_layer":true}],
                 "moby.buildkit.buildinfo.v1":"x"}""".formatted(DIFF_ID).getBytes(UTF_8));
        assertThat(config.platform()).hasToString("linux/arm64/v8");
        assertThat(config.env()).containsExactly("PATH=/bin", "A=b=c");
        assertThat(config.user()).isEqualTo("alice");
        assertThat(config.workingDir()).isEqualTo("/home");
        assertThat(config.shell()).containsExactly("/bin/bash", "-c");
        assertThat(config.diffIds()).containsExactly(Digest.of(DIFF_ID));
        assertThat(config.chainId()).contains(ChainId.of(DIFF_ID));
        assertThat(config.history()).containsExactly(
                new History(
                        Optional.of(Instant.parse("2015-10-31T20:22:54.690851953Z")),
                        "/bin/sh -c #(nop) ADD f in /", "me", "c", false),
                new History(Optional.empty(), "ENV A=b=c", "", "", true));
    }

    @Test
    void whatMayBeLeftOutMayBeAbsentOrNull() {
        for (String json : new String[] {
            "{\"os\":\"linux\",\"architecture\":\"amd64\"}",
            "{\"os\":\"linux\",\"architecture\":\"amd64\",\"variant\":\"\",\"config\":null,\"rootfs\":null,\"history\":null}",
            "{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{\"Env\":null,\"User\":null},"
                    + "\"rootfs\":{\"diff_ids\":null}}"
        }) {
            ImageConfig config = ImageConfig.parse(json.getBytes(UTF_8));
            assertThat(config.platform()).hasToString("linux/amd64");
            assertThat(config.env()).isEmpty();
            assertThat(config.chainId()).isEmpty();
            assertThat(config.history()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            []                                                         | $
            {"os":1}                                                   | os
            {"config":[]}                                              | config
            {"os":"linux","architecture":"amd64","config":{"Env":{}}}  | Env
            {"os":"linux","architecture":"amd64","config":{"Env":[1]}} | Env[0]
            {"os":"linux","architecture":"amd64","rootfs":{"diff_ids":"x"}} | diff_ids
            {"os":"linux","architecture":"amd64","history":[1]}        | history[0]
            {"os":"linux","architecture":"amd64","history":[{"empty_layer":"yes"}]} | empty_layer
            """)
    void whatIsNoConfigurationIsRefusedWithItsField(String json, String field) {
        RegistryException e = assertInvalid(
                () -> ImageConfig.parse(json.getBytes(UTF_8)), Problem.CONFIG_INVALID, ErrorCode.MANIFEST_INVALID);
        assertThat(e.detail().get("field")).isEqualTo(field);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"os":"linux"}
            {"os":"linux","os":"linux"}
            {"os":"linux","architecture":"amd64","rootfs":{"diff_ids":["sha256:short"]}}
            {"os":"linux","architecture":"amd64","history":[{"created":"yesterday"}]}
            {"os":"linux"
            nonsense
            """)
    void whatIsBrokenIsRefused(String json) {
        assertInvalid(
                () -> ImageConfig.parse(json.getBytes(UTF_8)), Problem.CONFIG_INVALID, ErrorCode.MANIFEST_INVALID);
    }

    @Test
    void whatIsTooDeepOrTooLargeIsRefused() {
        String deep = "[".repeat(40) + "]".repeat(40);
        assertInvalid(() -> ImageConfig.parse(deep.getBytes(UTF_8)), Problem.CONFIG_INVALID, ErrorCode.MANIFEST_INVALID);
        byte[] large = new byte[ImageConfig.MAX_SIZE + 1];
        assertInvalid(() -> ImageConfig.parse(large), Problem.CONFIG_INVALID, ErrorCode.MANIFEST_INVALID);
    }
}
