package dev.strata.registry.http;

import static dev.strata.testing.RegistryClient.blob;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.oci.Digest;
import dev.strata.problem.ErrorCode;
import dev.strata.savings.check.ObjectCheck;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.OfAnyStore;
import dev.strata.testing.OnS3;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.S3Server;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What clients see of it that blobs are on S3. */
@OnS3
class BlobsOnS3Test extends OfAnyStore {

    private static final String[] SENT = {"User-Agent", "sendme/1"};

    @Autowired
    RegistryClient registry;

    @Autowired
    ObjectCheck check;

    private String object(String repository, Digest digest) {
        String path = URI.create(registry.getBlob(repository, digest, SENT).location()).getPath();
        return path.substring(("/" + S3Server.BUCKET + "/").length());
    }

    @Test
    void aClientIsSentToTheStoreWhereTheSettingsSaySo() throws Exception {
        byte[] content = Content.random(4_001, 3_000);
        Digest digest = registry.pushBlob("s3/redirect", content);
        assertThat(registry.getBlob("s3/redirect", digest).body()).isEqualTo(content);
        Answer answer = registry.getBlob("s3/redirect", digest, SENT);
        assertThat(answer.status()).isEqualTo(307);
        Answer question = registry.head(blob("s3/redirect", digest), SENT);
        assertThat(question.status()).isEqualTo(307);
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI address = URI.create(answer.location());
            assertThat(client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofByteArray()).body())
                    .isEqualTo(content);
            HttpRequest head = HttpRequest.newBuilder(URI.create(question.location())).HEAD().build();
            assertThat(client.send(head, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aBlobWhoseObjectIsMissingIsUnknownUntilItIsPushedAgain() {
        byte[] content = Content.random(4_002, 3_000);
        Digest digest = registry.pushBlob("s3/lost", content);
        S3Server.shared().remove(object("s3/lost", digest));
        registry.getBlob("s3/lost", digest).assertThat().isError(404, ErrorCode.BLOB_UNKNOWN);
        assertThat(registry.head(blob("s3/lost", digest)).status()).isEqualTo(404);
        String mount = "/v2/s3/other/blobs/uploads/?mount=" + digest + "&from=s3/lost";
        assertThat(registry.post(mount).status()).isEqualTo(202);
        registry.pushBlob("s3/lost", content);
        assertThat(registry.getBlob("s3/lost", digest).body()).isEqualTo(content);
        assertThat(registry.post(mount).status()).isEqualTo(201);
    }

    @Test
    void pushesOfOneBlobAtOnceLeaveOneObject() throws Exception {
        byte[] content = Content.random(4_003, 3_000);
        CompletableFuture.allOf(IntStream.range(0, 8)
                        .mapToObj(i -> CompletableFuture.runAsync(() -> registry.pushBlob("s3/same" + i, content)))
                        .toArray(CompletableFuture[]::new))
                .get();
        Digest digest = Content.sha256(content);
        String object = object("s3/same0", digest);
        for (int i = 0; i < 8; i++) {
            assertThat(registry.getBlob("s3/same" + i, digest).body()).isEqualTo(content);
            assertThat(object("s3/same" + i, digest)).isEqualTo(object);
        }
    }

    @Test
    void whatNoRowKnowsInTheBucketIsUnexplained() {
        Digest digest = registry.pushBlob("s3/account", Content.random(4_004, 3_000));
        check.lookAtAll();
        check.lookAtAll();
        long before = check.unexplained();
        String object = object("s3/account", digest);
        String stray = object.substring(0, object.lastIndexOf('/')) + "/stray";
        await("a moment at which the registry does not look by itself").untilAsserted(() -> {
            S3Server.shared().remove(stray);
            check.lookAtAll();
            S3Server.shared().overwrite(stray, new byte[777]);
            check.lookAtAll();
            assertThat(check.unexplained()).as("it may be a push").isEqualTo(before);
        });
        check.lookAtAll();
        assertThat(check.unexplained()).isEqualTo(before + 777);
    }
}
