package dev.strata.oci;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.strata.problem.ErrorCode;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading manifests: what is good of each kind, and everything that is not. */
class ManifestParseTest {

    private static final String A = "sha256:" + "a".repeat(64);
    private static final String B = "sha256:" + "b".repeat(64);
    private static final String C = "sha512:" + "c".repeat(128);
    private static final String CONFIG = "application/vnd.oci.image.config.v1+json";

    private static final String IMAGE = """
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
             "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":7},
             "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"%s","size":32654},
                       {"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"%s","size":0}],
             "subject":{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"%s","size":9},
             "annotations":{"z":"last","a":"first","":"empty"}}""".formatted(A, B, C, B);

    private static final String INDEX = """
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
             "manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"%s","size":7143,
                           "artifactType":"a/b","platform":{"architecture":"ppc64le","os":"linux"},
                           "annotations":{"k":"v"}}],
             "annotations":{"k":"v"}}""".formatted(A);

    @Test
    void anImageIsRead() {
        Manifest manifest = parse(IMAGE, MediaType.OCI_MANIFEST);
        assertThat(manifest).isInstanceOf(Manifest.Image.class);
        assertThat(manifest.mediaType()).isEqualTo(MediaType.OCI_MANIFEST);
        assertThat(manifest.blobs())
                .extracting(blob -> blob.digest().toString() + " " + blob.size())
                .containsExactly(A + " 7", B + " 32654", C + " 0");
        assertThat(manifest.children()).isEmpty();
        assertThat(manifest.subject()).contains(Digest.of(B));
        assertThat(manifest.artifactType()).contains(MediaType.of(CONFIG));
        assertThat(manifest.annotations()).containsExactly(
                Map.entry("z", "last"), Map.entry("a", "first"), Map.entry("", "empty"));
    }

    @Test
    void anIndexIsRead() {
        Manifest manifest = parse(INDEX, MediaType.OCI_INDEX);
        assertThat(manifest).isInstanceOf(Manifest.Index.class);
        assertThat(manifest.blobs()).isEmpty();
        assertThat(manifest.subject()).isEmpty();
        assertThat(manifest.artifactType()).isEmpty();
        Descriptor child = manifest.children().getFirst();
        assertThat(child.digest()).hasToString(A);
        assertThat(child.artifactType()).contains(MediaType.of("a/b"));
        assertThat(child.annotations()).containsExactly(Map.entry("k", "v"));
    }

    @Test
    void dockersManifestsAreRead() {
        String image = IMAGE.replace(MediaType.OCI_MANIFEST.value(), MediaType.DOCKER_MANIFEST.value());
        assertThat(parse(image, MediaType.DOCKER_MANIFEST).blobs()).hasSize(3);
        String list = INDEX.replace(MediaType.OCI_INDEX.value(), MediaType.DOCKER_MANIFEST_LIST.value());
        assertThat(parse(list, MediaType.DOCKER_MANIFEST_LIST).children()).hasSize(1);
    }

    @Test
    void theArtifactManifestOfTheReleaseCandidatesIsRead() {
        Manifest manifest = parse(
                """
                {"mediaType":"application/vnd.oci.artifact.manifest.v1+json","artifactType":"a/b",
                 "blobs":[{"mediaType":"a/c","digest":"%s","size":1}],
                 "subject":{"mediaType":"a/d","digest":"%s","size":2}}"""
                        .formatted(A, B),
                MediaType.OCI_ARTIFACT);
        assertThat(manifest.blobs()).extracting(Descriptor::digest).containsExactly(Digest.of(A));
        assertThat(manifest.subject()).contains(Digest.of(B));
        assertThat(manifest.artifactType()).contains(MediaType.of("a/b"));
        assertThat(parse("{}", MediaType.OCI_ARTIFACT).blobs()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"schemaVersion\":2,\"config\":{\"mediaType\":\"a/b\",\"digest\":\"%A\",\"size\":1},\"layers\":[]}",
        "{\"schemaVersion\":2,\"mediaType\":null,\"config\":{\"mediaType\":\"a/b\",\"digest\":\"%A\",\"size\":1},"
                + "\"layers\":[],\"annotations\":null,\"subject\":null,\"artifactType\":\"\"}",
        "{\"unknown\":[[[{}]]],\"schemaVersion\":2,"
                + "\"config\":{\"mediaType\":\"a/b\",\"digest\":\"%A\",\"size\":1,\"data\":\"e30=\",\"urls\":[]},"
                + "\"layers\":[]}"
    })
    void whatMayBeLeftOutMayBeAbsentOrNull(String json) {
        Manifest manifest = parse(json.replace("%A", A), MediaType.OCI_MANIFEST);
        assertThat(manifest.blobs()).hasSize(1);
        assertThat(manifest.artifactType()).contains(MediaType.of("a/b"));
        assertThat(manifest.annotations()).isEmpty();
        assertThat(manifest.subject()).isEmpty();
    }

    /** Programs in Go write an empty list so: BuildKit an image without layers, crane an index without manifests. */
    @Test
    void nullIsAnEmptyList() {
        String image = """
                {"schemaVersion":2,"config":{"mediaType":"a/b","digest":"%s","size":1},
                 "layers":null,"manifests":null,"annotations":null}""".formatted(A);
        assertThat(parse(image, MediaType.OCI_MANIFEST).blobs()).hasSize(1);
        assertThat(parse(image, MediaType.DOCKER_MANIFEST).blobs()).hasSize(1);
        String index = "{\"schemaVersion\":2,\"manifests\":null,\"layers\":null,\"config\":null}";
        assertThat(parse(index, MediaType.OCI_INDEX).children()).isEmpty();
        assertThat(parse(index, MediaType.DOCKER_MANIFEST_LIST).children()).isEmpty();
        assertThat(parse("{\"blobs\":null}", MediaType.OCI_ARTIFACT).blobs()).isEmpty();
    }

    @Test
    void nullIsAnEmptyAnnotation() {
        Manifest manifest = parse(INDEX.replace("{\"k\":\"v\"}", "{\"k\":null}"), MediaType.OCI_INDEX);
        assertThat(manifest.annotations()).containsExactly(Map.entry("k", ""));
        assertThat(manifest.children().getFirst().annotations()).containsExactly(Map.entry("k", ""));
    }

    @Test
    void anArtifactTypeOfItsOwnGoesBeforeTheConfigurations() {
        String json = IMAGE.replaceFirst("\\{", "{\"artifactType\":\"a/b\",");
        assertThat(parse(json, MediaType.OCI_MANIFEST).artifactType()).contains(MediaType.of("a/b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", " ", "null", "true", "1", "\"text\"", "[]", "[{}]", "{", "}", "{\"schemaVersion\":2", "{'schemaVersion':2}",
        "{\"schemaVersion\":2,}", "{schemaVersion:2}", "/* comment */{}", "{} {}", "{} trailing", "{}}", "NaN",
        "{\"schemaVersion\":2,\"schemaVersion\":2}", "{\"a\":{\"b\":1,\"b\":2}}", "{\"a\":01}", "{\"a\":+1}",
        "{\"a\":\"\t\"}",
        "{\"a\":\"\\x\"}", "{\"a\":\"unterminated", "{\"a\":tru}", "\0", "{\"a\":1e}"
    })
    void whatIsNoJsonObjectIsInvalid(String json) {
        for (MediaType type : List.of(MediaType.OCI_MANIFEST, MediaType.OCI_INDEX, MediaType.OCI_ARTIFACT)) {
            assertInvalid(json, type);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"schemaVersion\":2 | \"schemaVersion\":1",
                "\"schemaVersion\":2 | \"schemaVersion\":\"2\"",
                "\"schemaVersion\":2 | \"schemaVersion\":2.0",
                "\"schemaVersion\":2 | \"schemaVersion\":null",
                "\"schemaVersion\":2 | \"schemaVersion\":4294967298",
                "\"schemaVersion\":2, | ''",
                "\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\", | \"mediaType\":\"application/json\",",
                "\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\", | \"mediaType\":7,",
                "\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\", | \"mediaType\":\"no type\",",
                "\"config\":{ | \"configuration\":{",
                "\"layers\":[ | \"sheets\":[",
                "\"layers\":[ | \"manifests\":[],\"layers\":[",
                "\"size\":7 | \"size\":-1",
                "\"size\":7 | \"size\":\"7\"",
                "\"size\":7 | \"size\":7.5",
                "\"size\":7 | \"size\":7e0",
                "\"size\":7 | \"size\":null",
                "\"size\":7 | \"size\":9223372036854775808",
                "\"size\":7 | \"size\":1e400",
                "\"size\":7 | \"size\":11111111111111111111111111111111111111111111111111",
                ",\"size\":7 | ''",
                "\"digest\":\"sha256:a | \"digest\":\"sha256:A",
                "\"digest\":\"sha256:a | \"digest\":\"md5:a",
                "\"digest\":\"sha256:a | \"digest\":\"a",
                "\"digest\":\"sha256:a | \"digests\":\"sha256:a",
                "\"digest\":\"sha256:a | \"digest\":7,\"x\":\"",
                "\"mediaType\":\"application/vnd.oci.image.config.v1+json\", | ''",
                "\"mediaType\":\"application/vnd.oci.image.config.v1+json\", | \"mediaType\":\"\",",
                "\"mediaType\":\"application/vnd.oci.image.config.v1+json\", | \"mediaType\":\"config\",",
                "\"annotations\":{ | \"annotations\":[],\"x\":{",
                "\"annotations\":{ | \"annotations\":\"text\",\"x\":{",
                "\"z\":\"last\" | \"z\":1",
                "\"z\":\"last\" | \"z\":{}",
                "\"subject\":{ | \"subject\":[],\"x\":{",
                "\"subject\":{ | \"subject\":\"text\",\"x\":{",
                "\"subject\":{ | \"subject\":{},\"x\":{",
                "\"subject\":{ | \"artifactType\":7,\"subject\":{",
                "\"subject\":{ | \"artifactType\":\"none\",\"subject\":{"
            })
    void anImageWithSomethingWrongIsInvalid(String good, String wrong) {
        assertThat(IMAGE).contains(good);
        assertInvalid(IMAGE.replaceFirst(Pattern.quote(good), wrong), MediaType.OCI_MANIFEST);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"manifests\":[ | \"layers\":[],\"manifests\":[",
                "\"manifests\":[ | \"config\":{},\"manifests\":[",
                "\"manifests\":[ | \"blobs\":[",
                "\"manifests\":[ | \"manifests\":{},\"x\":[",
                "\"manifests\":[ | \"manifests\":[7,",
                "\"manifests\":[ | \"manifests\":[null,",
                "\"manifests\":[ | \"manifests\":[[],",
                "\"artifactType\":\"a/b\" | \"artifactType\":7",
                "\"annotations\":{\"k\":\"v\"}}] | \"annotations\":{\"k\":7}}]"
            })
    void anIndexWithSomethingWrongIsInvalid(String good, String wrong) {
        assertThat(INDEX).contains(good);
        assertInvalid(INDEX.replaceFirst(Pattern.quote(good), wrong), MediaType.OCI_INDEX);
    }

    @Test
    void aManifestIsOfTheTypeThatItIsPushedAs() {
        assertInvalid(IMAGE, MediaType.OCI_INDEX);
        assertInvalid(IMAGE, MediaType.DOCKER_MANIFEST);
        assertInvalid(INDEX, MediaType.OCI_MANIFEST);
        assertInvalid(IMAGE, MediaType.of("application/json"));
        String untyped = IMAGE.replace("\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\n", "");
        assertThat(parse(untyped, MediaType.DOCKER_MANIFEST).blobs()).hasSize(3);
        assertInvalid(untyped, MediaType.OCI_INDEX);
        assertInvalid(untyped, MediaType.of("application/json"));
        assertInvalid(untyped, MediaType.of("application/vnd.docker.distribution.manifest.v1+prettyjws"));
    }

    @Test
    void whatIsWrongIsNamed() {
        RegistryException e = assertInvalid(IMAGE.replace("\"size\":32654", "\"size\":true"), MediaType.OCI_MANIFEST);
        assertThat(e.detail().toString()).contains("layers[0].size");
        RegistryException json = assertInvalid("{\n  oops", MediaType.OCI_MANIFEST);
        assertThat(json.detail().toString()).contains("line 2");
    }

    /** Another reader could take it for another document. */
    @Test
    void onlyUtf8IsRead() {
        for (Charset encoding : List.of(UTF_16BE, UTF_16LE, Charset.forName("UTF-32"))) {
            assertThatExceptionOfType(RegistryException.class)
                    .as(encoding.name())
                    .isThrownBy(() -> Manifest.parse(INDEX.getBytes(encoding), MediaType.OCI_INDEX));
        }
        assertInvalid("\uFEFF" + INDEX, MediaType.OCI_INDEX);
        String longText = "é😀".repeat(20_000);
        Manifest manifest = parse(INDEX.replace("\"k\":\"v\"", "\"k\":\"" + longText + "\""), MediaType.OCI_INDEX);
        assertThat(manifest.annotations()).containsEntry("k", longText);
        byte[] cut = (INDEX.replace("\"k\":\"v\"", "\"k\":\"" + longText + "\"") + "é").getBytes(UTF_8);
        assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(() -> Manifest.parse(Arrays.copyOf(cut, cut.length - 1), MediaType.OCI_INDEX))
                .withMessageContaining("UTF-8");
    }

    @Test
    void depthIsLimited() {
        assertInvalid("{\"a\":" + "[".repeat(100_000), MediaType.OCI_MANIFEST);
        assertInvalid("{\"a\":".repeat(100_000), MediaType.OCI_MANIFEST);
        String deep = "[".repeat(40) + "]".repeat(40);
        assertInvalid(INDEX.replaceFirst("\\{", "{\"deep\":" + deep + ","), MediaType.OCI_INDEX);
        String many = "[" + "{},".repeat(300_000) + "0]";
        assertInvalid(INDEX.replaceFirst("\\{", "{\"many\":" + many + ","), MediaType.OCI_INDEX);
    }

    @Test
    void theNumberOfDescriptorsIsLimited() {
        String child = "{\"mediaType\":\"a/b\",\"digest\":\"" + A + "\",\"size\":1}";
        String most = "{\"schemaVersion\":2,\"manifests\":[" + (child + ",").repeat(9_999) + child + "]}";
        assertThat(parse(most, MediaType.OCI_INDEX).children()).hasSize(10_000);
        assertInvalid(most.replaceFirst("\\[", "[" + child + ","), MediaType.OCI_INDEX);
    }

    @Test
    void anotherEncodingThanUtf8IsInvalid() {
        RegistryException e =
                Invalid.assertInvalid(
                        () -> Manifest.parse(INDEX.getBytes(UTF_16), MediaType.OCI_INDEX),
                        Problem.MANIFEST_INVALID,
                        ErrorCode.MANIFEST_INVALID);
        assertThat(e).hasMessageContaining("UTF-8");
    }

    /** Whatever the bytes, a manifest comes out or the one exception that answers are made of. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void noBytesBreakTheParser(long seed) {
        Random random = new Random(seed);
        List<MediaType> types = List.of(
                MediaType.OCI_MANIFEST,
                MediaType.OCI_INDEX,
                MediaType.OCI_ARTIFACT,
                MediaType.DOCKER_MANIFEST,
                MediaType.DOCKER_MANIFEST_LIST);
        List<byte[]> corpus = new ArrayList<>(List.of(IMAGE.getBytes(UTF_8), INDEX.getBytes(UTF_8)));
        int read = 0;
        int refused = 0;
        for (int i = 0; i < 10_000; i++) {
            byte[] content = mutate(corpus.get(random.nextInt(corpus.size())), random);
            try {
                Manifest.parse(content, types.get(random.nextInt(types.size())));
                read++;
                if (corpus.size() < 1_000) {
                    corpus.add(content);
                }
            } catch (RegistryException e) {
                assertThat(e.problem()).isEqualTo(Problem.MANIFEST_INVALID);
                refused++;
            }
        }
        assertThat(read).as("the mutations are mild enough to get past the first check").isPositive();
        assertThat(refused).isPositive();
    }

    private static final List<String> TOKENS = List.of(
            "{", "}", "[", "]", ":", ",", "\"", "null", "true", "-1", "1e9", "0.5", "\\u0000", "\\ud800",
            "99999999999999999999",
            "\"mediaType\":", "\"digest\":", "\"size\":", "\"subject\":", "\"manifests\":", "\"layers\":",
            "\"annotations\":");

    private static byte[] mutate(byte[] content, Random random) {
        String text = new String(content, ISO_8859_1);
        int mutations = 1 + random.nextInt(3);
        for (int i = 0; i < mutations; i++) {
            int start = random.nextInt(text.length() + 1);
            int end = Math.min(text.length(), start + random.nextInt(8));
            String token = random.nextBoolean()
                    ? TOKENS.get(random.nextInt(TOKENS.size()))
                    : String.valueOf((char) random.nextInt(256));
            text = switch (random.nextInt(4)) {
                case 0 -> text.substring(0, start) + token + text.substring(start);
                case 1 -> text.substring(0, start) + text.substring(end);
                case 2 -> text.substring(0, start) + token + text.substring(end);
                default -> text.substring(0, end) + text.substring(start);
            };
        }
        return text.getBytes(ISO_8859_1);
    }

    private static Manifest parse(String json, MediaType type) {
        return Manifest.parse(json.getBytes(UTF_8), type);
    }

    private static RegistryException assertInvalid(String json, MediaType type) {
        return Invalid.assertInvalid(() -> parse(json, type), Problem.MANIFEST_INVALID, ErrorCode.MANIFEST_INVALID);
    }
}
