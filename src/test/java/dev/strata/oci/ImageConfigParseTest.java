package dev.strata.oci;

import static dev.strata.oci.Invalid.assertInvalid;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.problem.ErrorCode;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
        assertThat(config.platform()).contains(Platform.of("linux/arm64/v8"));
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
            assertThat(config.platform()).contains(Platform.of("linux/amd64"));
            assertThat(config.env()).isEmpty();
            assertThat(config.chainId()).isEmpty();
            assertThat(config.history()).isEmpty();
        }
    }

    /** One odd field: the rest of the configuration is read as if it were not there. */
    @ParameterizedTest
    @ValueSource(strings = {
        "\"created\":7",
        "\"author\":{}",
        "\"variant\":1",
        "\"config\":{\"Labels\":[]}",
        "\"config\":{\"Labels\":\"x\"}",
        "\"config\":{\"Labels\":{\"a\":null,\"b\":{}}}",
        "\"config\":{\"User\":1000,\"WorkingDir\":[],\"Shell\":\"sh\"}",
        "\"config\":{\"Env\":\"A=1\"}",
        "\"config\":{\"Env\":[null,7,{}]}",
        "\"config\":[]",
        "\"config\":null",
        "\"container_config\":[]",
        "\"moby.buildkit.cache.v0\":7"
    })
    void oneOddFieldHidesNothingElse(String field) {
        ImageConfig config = ImageConfig.parse("""
                {"os":"linux","architecture":"amd64","rootfs":{"type":7,"diff_ids":["%s"]},
                 "history":[{"created_by":"x"}],%s}""".formatted(DIFF_ID, field).getBytes(UTF_8));
        assertThat(config.platform()).contains(Platform.of("linux/amd64"));
        assertThat(config.diffIds()).containsExactly(Digest.of(DIFF_ID));
        assertThat(config.history()).extracting(History::createdBy).containsExactly("x");
        assertThat(config.env()).isEmpty();
        assertThat(config.user()).isEmpty();
        assertThat(config.labels()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"os":"","architecture":""}            |
            {"os":" ","architecture":"amd64"}      |
            {"os":null,"architecture":null}        |
            {"os":1,"architecture":[]}             |
            {}                                     |
            {"os":"Linux","architecture":"AMD64"}  | linux/amd64
            {"os":"linux","architecture":"x86_64","variant":null} | linux/amd64
            {"os":"linux","architecture":"arm64","variant":"v8"}  | linux/arm64
            """)
    void aPlatformThatIsOddIsNormalisedOrNone(String json, String platform) {
        assertThat(ImageConfig.parse(json.getBytes(UTF_8)).platform())
                .isEqualTo(Optional.ofNullable(platform).map(Platform::of));
    }

    @Test
    void labelsThatAreNumbersAreRead() {
        assertThat(ImageConfig.parse("{\"config\":{\"Labels\":{\"a\":7,\"b\":true,\"c\":\"x\"}}}".getBytes(UTF_8)).labels())
                .isEqualTo(Map.of("a", "7", "b", "true", "c", "x"));
    }

    @Test
    void oddEntriesOfAHistoryAreLeftOutAndOddFieldsOfThemToo() {
        ImageConfig config = ImageConfig.parse("""
                {"history":[null,7,{"created":"2020-01-02T03:04:05","created_by":"a","empty_layer":null},
                  {"created":"2020-01-02 03:04:05.5","created_by":"b","empty_layer":true},
                  {"created":"yesterday","created_by":["c"],"comment":1,"author":null,"empty_layer":"yes"}]}"""
                .getBytes(UTF_8));
        assertThat(config.history()).containsExactly(
                new History(Optional.of(Instant.parse("2020-01-02T03:04:05Z")), "a", "", "", false),
                new History(Optional.of(Instant.parse("2020-01-02T03:04:05.5Z")), "b", "", "", true),
                new History(Optional.empty(), "", "", "", false));
    }

    @Test
    void aHistoryThatIsTooLongIsLeftOut() {
        String json = "{\"os\":\"linux\",\"architecture\":\"amd64\",\"history\":[" + "{},".repeat(10_000) + "{}]}";
        ImageConfig config = ImageConfig.parse(json.getBytes(UTF_8));
        assertThat(config.history()).isEmpty();
        assertThat(config.platform()).isPresent();
    }

    /** Without the right diff IDs nothing can be said of an image. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            []                                    | $
            {"rootfs":{"diff_ids":"x"}}           | diff_ids
            {"rootfs":{"diff_ids":[1]}}           | diff_ids[0]
            {"rootfs":{"diff_ids":[null]}}        | diff_ids[0]
            {"rootfs":{"diff_ids":["sha256:short"]}} | diff_ids[0]
            """)
    void whatIsNoConfigurationIsRefusedWithItsField(String json, String field) {
        RegistryException e = assertInvalid(
                () -> ImageConfig.parse(json.getBytes(UTF_8)), Problem.CONFIG_INVALID, ErrorCode.MANIFEST_INVALID);
        assertThat(e.detail().get("field")).isEqualTo(field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"os\":\"linux\",\"os\":\"linux\"}", "{\"os\":\"linux\"", "nonsense", ""})
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
