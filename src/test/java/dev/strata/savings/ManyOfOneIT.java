package dev.strata.savings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.crash.KillableServer;
import dev.strata.model.Answer;
import dev.strata.model.ManifestText;
import dev.strata.model.RegistryCalls;
import dev.strata.testing.OwnDataDirectory;
import dev.strata.testing.Size;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Much hangs on one thing: a blob that many images name, a manifest that many indexes list, images of very many layers.
 * With the default heap the figures add up at each moment, nobody waits for them, and the server stays.
 *
 * <p>{@code -Dstrata.savings.many} is how many, and {@code -Dstrata.savings.longest-write} how many seconds somebody who
 * pushes may wait: among other tests on a busy machine its disk alone takes more than one.
 */
class ManyOfOneIT {

    private static final int MANY = Size.of("strata.savings.many", 400, 100_000);
    /** Beside other tests a process that has just started may need too long for single pieces. */
    private static final int LONG_WRITES = Size.isFull() ? 0 : 2;
    /** How often what all have goes and comes back, faster than it can be counted. */
    private static final int TIMES = 500;
    private static final int LAYERS = Math.min(9_999, MANY);
    /** A write waits for a transaction of the figures. */
    private static final Duration LONGEST_WRITE = Duration.ofSeconds(Size.of("strata.savings.longest-write", 10, 1));
    private static final String REPOSITORY = "many/ofone";

    private final Path data = OwnDataDirectory.create();

    @Test
    void whatVeryManyImagesShareCanComeAndGo() throws IOException {
        try (KillableServer server = KillableServer.start(data)) {
            RegistryCalls calls = server.calls();
            byte[] config = bytes("{}");
            byte[] popular = bytes("in all of them");
            calls.pushBlob(REPOSITORY, config);
            calls.pushBlob(REPOSITORY, popular);
            for (int i = 0; i < MANY; i++) {
                calls.putManifest(REPOSITORY, "t" + i, image(config, List.of(ManifestText.Part.of(popular)), "image " + i));
            }
            ManifestText child = image(config, List.of(ManifestText.Part.of(popular)), "child");
            calls.putManifest(REPOSITORY, "child", child);
            for (int i = 0; i < MANY / 4; i++) {
                calls.putManifest(REPOSITORY, "x" + i, index(child, i));
            }
            settle(calls);
            calls.delete("/v2/" + REPOSITORY + "/blobs/" + ManifestText.Part.of(popular).digest());
            settle(calls);
            assertThat(blob(calls, popular).path("images").intValue()).isZero();
            calls.pushBlob(REPOSITORY, popular);
            int once = settle(calls);
            assertThat(blob(calls, popular).path("images").intValue()).isEqualTo(MANY + 1 + MANY / 4);
            for (int i = 0; i < TIMES; i++) {
                calls.delete("/v2/" + REPOSITORY + "/blobs/" + ManifestText.Part.of(popular).digest());
                calls.pushBlob(REPOSITORY, popular);
            }
            assertThat(settle(calls)).as("looks").isLessThan(10 * Math.max(once, 5));
            assertThat(blob(calls, popular).path("images").intValue()).isEqualTo(MANY + 1 + MANY / 4);
            calls.delete("/v2/" + REPOSITORY + "/manifests/" + child.digest());
            settle(calls);
            assertThat(blob(calls, popular).path("images").intValue()).isEqualTo(MANY);
        }
    }

    @Test
    void imagesOfVeryManyLayersCanComeAndGo() throws IOException {
        try (KillableServer server = KillableServer.start(data)) {
            RegistryCalls calls = server.calls();
            byte[] config = bytes("{}");
            calls.pushBlob(REPOSITORY, config);
            List<ManifestText.Part> layers = new ArrayList<>();
            for (int i = 0; i < LAYERS; i++) {
                byte[] layer = bytes("layer " + i);
                calls.pushBlob(REPOSITORY, layer);
                layers.add(ManifestText.Part.of(layer));
            }
            List<ManifestText> images = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                images.add(image(config, layers, "wide " + i));
                calls.putManifest(REPOSITORY, "wide" + i, images.getLast());
            }
            settle(calls);
            assertThat(figures(calls).at("/counts/blobs").intValue()).isEqualTo(LAYERS + 1);
            assertThat(calls.get("/api/savings/repositories/" + REPOSITORY + "/image?reference=wide0").status()).isEqualTo(200);
            for (ManifestText image : images) {
                calls.delete("/v2/" + REPOSITORY + "/manifests/" + image.digest());
            }
            settle(calls);
            assertThat(figures(calls).at("/counts/blobs").intValue()).isZero();
        }
    }

    private static ManifestText image(byte[] config, List<ManifestText.Part> layers, String name) {
        return ManifestText.image(ManifestText.Part.of(config), layers, ManifestText.Extras.annotated("name", name));
    }

    private static ManifestText index(ManifestText child, int number) {
        return ManifestText.index(
                List.of(new ManifestText.Part(child.digest(), child.content().length)), ManifestText.Extras.annotated("name", "index " + number));
    }

    /** Until all is counted, the figures add up, and a push is not held up. Says how often it looked. */
    private static int settle(RegistryCalls calls) throws IOException {
        JsonNode figures;
        int looks = 0;
        double longWrites = longWrites(calls);
        do {
            figures = figures(calls);
            assertThat(figures.path("as_if_unshared").longValue())
                    .isEqualTo(figures.path("stored").longValue() + figures.at("/saved/total").longValue());
            long begin = System.nanoTime();
            calls.pushBlob("many/other", bytes("while counting " + looks++));
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(LONGEST_WRITE);
        } while (figures.path("pending").intValue() > 0);
        assertThat(figures.path("set_aside").intValue()).isZero();
        assertThat(longWrites(calls) - longWrites).isLessThanOrEqualTo(LONG_WRITES);
        return looks;
    }

    /** How many transactions worked for longer than any may. */
    private static double longWrites(RegistryCalls calls) throws IOException {
        return new String(calls.get("/actuator/prometheus").expect(200).body(), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("strata_database_long_writes_total") && line.contains("spent=\"work\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static JsonNode figures(RegistryCalls calls) throws IOException {
        return calls.get("/api/savings").expect(200).json();
    }

    private static JsonNode blob(RegistryCalls calls, byte[] content) throws IOException {
        Answer answer = calls.get(String.format(
                Locale.ROOT, "/api/savings/blobs/%s", ManifestText.Part.of(content).digest()));
        return answer.expect(200).json();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
