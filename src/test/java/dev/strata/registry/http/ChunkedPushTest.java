package dev.strata.registry.http;

import static dev.strata.testing.RegistryClient.withDigest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.oci.Digest;
import dev.strata.problem.ErrorCode;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.RawConnection;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.net.URI;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** OCI Distribution Specification, "Pushing a blob in chunks". */
@RegistryTest
class ChunkedPushTest {

    private static final byte[] CONTENT = Content.random(41, 1_000);
    private static final Digest DIGEST = Content.sha256(CONTENT);

    @Autowired
    RegistryClient registry;

    @Test
    void chunksWithRangesBecomeABlob() {
        String location = registry.startUpload("chunk/ranges");
        for (int start = 0; start < 1_000; start += 250) {
            Answer answer = registry.patch(
                    location,
                    Content.slice(CONTENT, start, start + 250),
                    "Content-Range",
                    start + "-" + (start + 249),
                    "Content-Type",
                    "application/octet-stream");
            assertThat(answer)
                    .hasStatus(202)
                    .hasHeader("Range", "0-" + (start + 249))
                    .hasHeader("Docker-Upload-UUID", id(location))
                    .hasNoBodyOf(0);
            location = answer.location();
        }
        assertThat(registry.close(location, DIGEST)).hasStatus(201);
        assertThat(registry.getBlob("chunk/ranges", DIGEST)).hasBody(CONTENT);
    }

    @Test
    void aStreamWithoutRangeAndLengthBecomesABlob() {
        byte[] content = Content.random(42, 3_000_000);
        String location = registry.startUpload("chunk/stream");
        assertThat(registry.stream("PATCH", location, content)).hasStatus(202).hasHeader("Range", "0-2999999");
        assertThat(registry.close(location, Content.sha256(content))).hasStatus(201);
        assertThat(registry.getBlob("chunk/stream", Content.sha256(content))).hasBody(content);
    }

    @Test
    void chunksWithoutRangesGoOnWhereTheUploadStands() {
        String location = registry.startUpload("chunk/no-ranges");
        assertThat(registry.patch(location, Content.slice(CONTENT, 0, 1))).hasHeader("Range", "0-0");
        assertThat(registry.stream("PATCH", location, Content.slice(CONTENT, 1, 600))).hasHeader("Range", "0-599");
        assertThat(registry.patch(location, new byte[0])).hasStatus(202).hasHeader("Range", "0-599");
        assertThat(registry.put(withDigest(location, DIGEST), Content.slice(CONTENT, 600, 1_000)))
                .hasStatus(201);
        assertThat(registry.getBlob("chunk/no-ranges", DIGEST)).hasBody(CONTENT);
    }

    @Test
    void theClosingPutMayCarryTheLastChunk() {
        String location = uploadWith("chunk/last", 600);
        Answer closed = registry.put(
                withDigest(location, DIGEST), Content.slice(CONTENT, 600, 1_000), "Content-Range", "600-999");
        assertThat(closed).hasStatus(201).hasHeader("Docker-Content-Digest", DIGEST.toString());
        assertThat(registry.getBlob("chunk/last", DIGEST)).hasBody(CONTENT);
    }

    @Test
    void aChunkWithoutABodyCannotHaveBytes() {
        String location = registry.startUpload("chunk/bodyless");
        assertThat(registry.patch(location, new byte[0], "Content-Range", "10-19"))
                .isError(400, ErrorCode.SIZE_INVALID, "contentRange", "10-19");
        assertThat(registry.patch(location, new byte[0], "Content-Range", "0-19"))
                .isError(400, ErrorCode.SIZE_INVALID, "contentRange", "0-19");
        assertThat(registry.patch(location, new byte[0], "Content-Range", "0-0")).hasStatus(202);
    }

    @ParameterizedTest
    @CsvSource({"0-399", "599-998", "601-1000", "1000-1399"})
    void aChunkOutOfOrderIsRefusedAndTheUploadStands(String range) {
        String location = uploadWith("chunk/order", 600);
        byte[] last = Content.slice(CONTENT, 600, 1_000);
        assertStands(registry.patch(location, last, "Content-Range", range), 416, location);
        assertStands(registry.stream("PATCH", location, last, "Content-Range", range), 416, location);
        Answer closing = registry.put(withDigest(location, DIGEST), last, "Content-Range", range);
        assertStands(closing, 416, location);
        assertThat(closing).hasHeader("Location", location).hasHeader("Range", "0-599");
        assertIsFinishedBy(last, location, "chunk/order");
    }

    @ParameterizedTest
    @ValueSource(strings = {"600-998", "600-1000", "600-600", "600-599", "600-0"})
    void aChunkThatContradictsItsRangeIsRefusedAndTheUploadStands(String range) {
        String location = uploadWith("chunk/contradiction", 600);
        byte[] last = Content.slice(CONTENT, 600, 1_000);
        assertStands(registry.patch(location, last, "Content-Range", range), 400, location);
        assertStands(registry.stream("PATCH", location, last, "Content-Range", range), 400, location);
        assertStands(registry.put(withDigest(location, DIGEST), last, "Content-Range", range), 400, location);
        assertStands(registry.stream("PUT", withDigest(location, DIGEST), last, "Content-Range", range), 400, location);
        assertIsFinishedBy(last, location, "chunk/contradiction");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "bytes 600-999/1000", "bytes=600-999", "600", "600-", "-999", "a-b", "600-999/*", "600 - 999", "+600-999",
        "600-99999999999999999999"
    })
    void whatIsNoRangeIsRefusedAndNamed(String range) {
        String location = uploadWith("chunk/malformed", 600);
        byte[] last = Content.slice(CONTENT, 600, 1_000);
        Answer answer = registry.patch(location, last, "Content-Range", range);
        assertThat(answer).isError(400, ErrorCode.BLOB_UPLOAD_INVALID, "contentRange", range);
        assertStands(answer, 400, location);
        assertStands(registry.put(withDigest(location, DIGEST), last, "Content-Range", range), 400, location);
        assertIsFinishedBy(last, location, "chunk/malformed");
    }

    @Test
    void theStatusOfAnUploadTellsWhereToGoOn() {
        String location = registry.startUpload("chunk/status");
        assertThat(registry.get(location))
                .hasStatus(204)
                .hasHeader("Range", "0-0")
                .hasHeader("Location", location)
                .hasHeader("Docker-Upload-UUID", id(location));
        registry.patch(location, CONTENT);
        assertThat(registry.get(location)).hasStatus(204).hasHeader("Range", "0-999");
    }

    @Test
    void aCancelledUploadIsUnknown() {
        String location = uploadWith("chunk/cancel", 600);
        assertThat(registry.delete(location)).hasStatus(204);
        assertIsUnknown(location);
        assertThat(registry.delete(location)).isError(404, ErrorCode.BLOB_UPLOAD_UNKNOWN, "upload", id(location));
    }

    @Test
    void aClosedUploadIsUnknown() {
        String location = uploadWith("chunk/closed", 1_000);
        assertThat(registry.close(location, DIGEST)).hasStatus(201);
        assertIsUnknown(location);
    }

    @ParameterizedTest
    @ValueSource(strings = {"00000000-0000-0000-0000-000000000000", "no-id", "0-0-0-0-0", "..."})
    void anUploadThatNeverWasIsUnknown(String id) {
        assertIsUnknown("/v2/chunk/never/blobs/uploads/" + id);
    }

    @Test
    void anUploadBelongsToItsRepository() {
        String location = uploadWith("chunk/mine", 600);
        assertIsUnknown(location.replace("chunk/mine", "chunk/yours"));
        assertThat(registry.delete(location.replace("chunk/mine", "chunk/yours"))).hasStatus(404);
        assertThat(registry.get(location)).hasStatus(204).hasHeader("Range", "0-599");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 1000", "Transfer-Encoding: chunked"})
    @Timeout(60)
    void aBodyThatEndsEarlyIsGoneOnFromWhereItEnded(String framing) {
        String location = registry.startUpload("chunk/cut");
        try (RawConnection connection = registry.connect()) {
            connection.head("PATCH " + URI.create(location).getPath() + " HTTP/1.1", "Host: localhost", framing);
            if (framing.startsWith("Transfer")) {
                connection.send("190\r\n").send(Content.slice(CONTENT, 0, 400)).send("\r\n");
            } else {
                connection.send(Content.slice(CONTENT, 0, 400));
            }
        }
        awaitThatItEnded(location);
        Answer resumed;
        do { // until the request that broke off has given the upload back
            resumed = registry.patch(location, Content.slice(CONTENT, 400, 1_000), "Content-Range", "400-999");
        } while (resumed.status() == 409);
        assertThat(resumed).hasStatus(202).hasHeader("Range", "0-999");
        assertThat(registry.close(location, DIGEST)).hasStatus(201);
    }

    /** Whoever asks for the upload before that could take it from the request that is to break off. */
    private void awaitThatItEnded(String location) {
        await().until(() -> registry.get(location).headers().firstValue("Range").orElse("").equals("0-399"));
    }

    /** Clients go away all the time: that is nothing for an operator to look into. */
    @Test
    @Timeout(60)
    @ExtendWith(OutputCaptureExtension.class)
    void aClientThatGoesAwayIsNoErrorInTheLog(CapturedOutput output) {
        String location = registry.startUpload("chunk/gone");
        try (RawConnection connection = registry.connect()) {
            connection.head(
                    "PATCH " + URI.create(location).getPath() + " HTTP/1.1", "Host: localhost", "Content-Length: 1000");
            connection.send(Content.slice(CONTENT, 0, 400));
        }
        awaitThatItEnded(location);
        while (registry.patch(location, CONTENT, "Content-Range", "400-1399").status() != 202) {
            Thread.onSpinWait(); // until the request that broke off has given the upload back
        }
        assertThat(output.getAll()).doesNotContain(" ERROR ");
    }

    @Test
    @Timeout(60)
    void aClosingBodyThatEndsEarlyLeavesTheUploadOpen() {
        String location = registry.startUpload("chunk/cut-closing");
        try (RawConnection connection = registry.connect()) {
            connection.head(
                    "PUT " + URI.create(location).getPath() + "?digest=" + DIGEST + " HTTP/1.1",
                    "Host: localhost",
                    "Content-Length: 1000");
            connection.send(Content.slice(CONTENT, 0, 400));
        }
        awaitThatItEnded(location);
        Answer closed;
        do {
            closed = registry.put(
                    withDigest(location, DIGEST), Content.slice(CONTENT, 400, 1_000), "Content-Range", "400-999");
        } while (closed.status() == 409);
        assertThat(closed).hasStatus(201);
        assertThat(registry.getBlob("chunk/cut-closing", DIGEST)).hasBody(CONTENT);
    }

    @Test
    void aBodyThatIsNotChunkedAsItSaysIsTheClientsError() {
        String location = registry.startUpload("chunk/broken-framing");
        try (RawConnection connection = registry.connect()) {
            connection.head(
                    "PATCH " + URI.create(location).getPath() + " HTTP/1.1",
                    "Host: localhost",
                    "Transfer-Encoding: chunked");
            assertThat(connection.send("5\r\nhello\r\nnot a chunk\r\n").answer())
                    .isError(400, ErrorCode.UNSUPPORTED); // by the server itself, which can read no further
        }
    }

    @Test
    @Timeout(60)
    void whileSomeoneWritesOthersAreRefusedAndMayLook() {
        String location = registry.startUpload("chunk/busy");
        try (RawConnection connection = registry.connect()) {
            connection.head(
                    "PATCH " + URI.create(location).getPath() + " HTTP/1.1",
                    "Host: localhost",
                    "Content-Length: 1000",
                    "Expect: 100-continue");
            assertThat(connection.answer()).hasStatus(100); // now it is in that request's hands
            assertThat(registry.get(location)).hasStatus(204);
            assertThat(registry.patch(location, CONTENT))
                    .isError(409, ErrorCode.BLOB_UPLOAD_INVALID, "upload", id(location));
            assertThat(registry.close(location, DIGEST)).isError(409, ErrorCode.BLOB_UPLOAD_INVALID);
            assertThat(registry.delete(location)).isError(409, ErrorCode.BLOB_UPLOAD_INVALID);
            assertThat(connection.send(CONTENT).answer()).hasStatus(202).hasHeader("Range", "0-999");
        }
        assertThat(registry.close(location, DIGEST)).hasStatus(201);
    }

    @Test
    void ofTwoClosingsAtOnceOneWins() throws Exception {
        for (int round = 0; round < 10; round++) {
            byte[] content = Content.random(1_000 + round, 10_000);
            Digest digest = Content.sha256(content);
            String location = registry.startUpload("chunk/two-closings");
            registry.patch(location, content);
            List<Integer> statuses;
            try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
                List<Future<Answer>> closings = Stream.generate(
                                () -> threads.submit(() -> registry.close(location, digest)))
                        .limit(2)
                        .toList();
                statuses = List.of(closings.get(0).get().status(), closings.get(1).get().status());
            }
            assertThat(statuses).containsOnlyOnce(201).containsAnyOf(404, 409);
            assertThat(registry.getBlob("chunk/two-closings", digest)).hasBody(content);
        }
    }

    private String uploadWith(String repository, int bytes) {
        String location = registry.startUpload(repository);
        assertThat(registry.patch(location, Content.slice(CONTENT, 0, bytes))).hasStatus(202);
        return location;
    }

    /** It was refused, and nothing was appended to the 600 bytes that had arrived. */
    private void assertStands(Answer refused, int status, String location) {
        assertThat(refused).hasStatus(status);
        assertThat(refused.json().at("/errors/0/code").stringValue()).isIn("BLOB_UPLOAD_INVALID", "SIZE_INVALID");
        assertThat(registry.get(location)).hasStatus(204).hasHeader("Range", "0-599");
    }

    private void assertIsFinishedBy(byte[] last, String location, String repository) {
        assertThat(registry.patch(location, last, "Content-Range", "600-999")).hasStatus(202);
        assertThat(registry.close(location, DIGEST)).hasStatus(201);
        assertThat(registry.getBlob(repository, DIGEST)).hasBody(CONTENT);
    }

    private void assertIsUnknown(String location) {
        assertThat(registry.get(location)).isError(404, ErrorCode.BLOB_UPLOAD_UNKNOWN, "upload", id(location));
        assertThat(registry.patch(location, CONTENT)).isError(404, ErrorCode.BLOB_UPLOAD_UNKNOWN);
        assertThat(registry.put(withDigest(location, DIGEST), CONTENT))
                .isError(404, ErrorCode.BLOB_UPLOAD_UNKNOWN, "upload", id(location));
    }

    /** Of an upload without a query in its Location, which is what this registry gives. */
    private static String id(String location) {
        return location.substring(location.lastIndexOf('/') + 1);
    }
}
