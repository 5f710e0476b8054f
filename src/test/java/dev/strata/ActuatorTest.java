package dev.strata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.oci.Digest;
import dev.strata.problem.ErrorCode;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.RawConnection;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What the registry tells whoever runs it. */
@RegistryTest
@ExtendWith(OutputCaptureExtension.class)
class ActuatorTest {

    @Autowired
    RegistryClient registry;

    @ParameterizedTest
    @ValueSource(strings = {"", "/liveness", "/readiness"})
    void itIsHealthy(String part) {
        Answer answer = registry.get("/actuator/health" + part);
        assertThat(answer).hasStatus(200);
        assertThat(answer.json().path("status").stringValue()).isEqualTo("UP");
    }

    @Test
    void aBrowserSeesItsHealth() {
        Answer answer = registry.get("/actuator/health", "Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        assertThat(answer).hasStatus(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"health", "info", "prometheus"})
    void aMediaTypeThatItDoesNotHaveIsTheClientsError(String endpoint, CapturedOutput output) {
        Answer answer = registry.get("/actuator/" + endpoint, "Accept", "image/png");
        assertThat(answer).isError(406, ErrorCode.UNSUPPORTED);
        assertThat(output.getAll()).doesNotContain(" ERROR ");
    }

    @Test
    void everyMetricOfItsOwnIsDescribed() throws IOException {
        String description = Files.readString(Path.of("docs", "operations.md"));
        assertThat(registry.get("/actuator/prometheus").text().lines())
                .filteredOn(line -> line.startsWith("# TYPE strata_"))
                .isNotEmpty()
                .map(line -> "`" + line.split(" ")[2] + "`")
                .allSatisfy(metric -> assertThat(description).contains(metric));
    }

    @ParameterizedTest
    @ValueSource(strings = {"env", "beans", "heapdump", "shutdown", "loggers", "configprops", "threaddump"})
    void itTellsNothingThatIsNotForEveryone(String endpoint) {
        assertThat(registry.get("/actuator/" + endpoint).status()).isIn(404);
    }

    @ParameterizedTest
    @CsvSource({"POST, 1", "PUT, 1000", "PUT, 700000"})
    void bytesThatArriveAreCounted(String method, int size) {
        byte[] content = Content.random(size, size);
        Digest digest = Content.sha256(content);
        double before = registry.meter("strata_blob_received_bytes_total");
        if (method.equals("POST")) {
            registry.post("/v2/actuator/received/blobs/uploads/?digest=" + digest, content);
        } else {
            registry.pushBlob("actuator/received", content);
        }
        assertThat(registry.meter("strata_blob_received_bytes_total") - before).isEqualTo(size);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH"})
    void bytesThatArriveWithoutALengthAreCounted(String method) {
        byte[] content = Content.random(method.length(), 300_000);
        Digest digest = Content.sha256(content);
        double before = registry.meter("strata_blob_received_bytes_total");
        String path = method.equals("POST")
                ? "/v2/actuator/stream/blobs/uploads/"
                : registry.startUpload("actuator/stream");
        registry.stream(method, method.equals("PATCH") ? path : path + "?digest=" + digest, content);
        assertThat(registry.meter("strata_blob_received_bytes_total") - before).isEqualTo(300_000);
    }

    @Test
    void bytesThatAreSentAreCounted() {
        Digest digest = registry.pushBlob("actuator/sent", Content.random(3, 5_000));
        double before = registry.meter("strata_blob_sent_bytes_total");
        registry.getBlob("actuator/sent", digest);
        registry.getBlob("actuator/sent", digest, "Range", "bytes=0-9");
        registry.head(RegistryClient.blob("actuator/sent", digest));
        registry.getBlob("actuator/sent", digest, "If-None-Match", "*");
        await().untilAsserted(
                () -> assertThat(registry.meter("strata_blob_sent_bytes_total") - before).isEqualTo(5_010));
    }

    @Test
    void ofAPullThatIsBrokenOffWhatWentOutIsCounted() {
        byte[] content = Content.random(5, 50_000_000);
        Digest digest = registry.pushBlob("actuator/broken-off", content);
        double before = registry.meter("strata_blob_sent_bytes_total");
        try (RawConnection connection = registry.connect()) {
            connection.head("GET " + RegistryClient.blob("actuator/broken-off", digest) + " HTTP/1.1", "Host: localhost");
            connection.read(10_000);
        }
        await().until(() -> registry.meter("strata_blob_sent_bytes_total") > before);
        assertThat(registry.meter("strata_blob_sent_bytes_total") - before).isLessThan(content.length);
    }

    @Test
    void mountsAreCounted() {
        Digest digest = registry.pushBlob("actuator/mount", Content.random(4, 10));
        double before = registry.meter("strata_blob_mounted_total");
        registry.post("/v2/actuator/mounted/blobs/uploads/?mount=" + digest + "&from=actuator/mount");
        registry.post("/v2/actuator/mounted/blobs/uploads/?mount=" + Content.sha256(new byte[9]));
        assertThat(registry.meter("strata_blob_mounted_total") - before).isEqualTo(1);
    }

    @Test
    void uploadsAndTheDiskAreGauged() {
        double before = registry.meter("strata_uploads");
        String location = registry.startUpload("actuator/uploads");
        assertThat(registry.meter("strata_uploads") - before).isEqualTo(1);
        registry.delete(location);
        assertThat(registry.meter("strata_uploads") - before).isZero();
        assertThat(registry.meter("strata_storage_free_bytes")).isPositive();
        assertThat(registry.meter("strata_storage_total_bytes")).isGreaterThanOrEqualTo(registry.meter("strata_storage_free_bytes"));
    }

    /** One series for each endpoint, not one for each repository: names are without end. */
    @Test
    void requestsAreTimedByEndpoint() {
        registry.pushImage("actuator/some-repository", "v1", 1);
        registry.getManifest("actuator/some-repository", "v1");
        String meters = registry.get("/actuator/prometheus").text();
        assertThat(meters)
                .contains("http_server_requests_seconds_count")
                .contains("uri=\"/{*name}/manifests/{reference}\"")
                .doesNotContain("some-repository");
    }
}
