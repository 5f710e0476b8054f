package dev.strata.registry.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.MediaType;
import dev.strata.problem.ErrorCode;
import dev.strata.testing.Answer;
import dev.strata.testing.RawConnection;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** OCI Distribution Specification, "Error Codes": whatever goes wrong, the answer is of the registry's own form. */
@RegistryTest
@ExtendWith(OutputCaptureExtension.class)
class ErrorBodyTest {

    @Autowired
    RegistryClient registry;

    @ParameterizedTest
    @ValueSource(strings = {"UPPER", "a..b", "a/-b", "a___b", "-a", "a-", "a%20b", "a/%C3%BC", "a//b", ".", "_oci"})
    void aNameThatIsNoneIsRefusedAndNamed(String name) {
        assertThat(registry.get("/v2/" + name + "/tags/list")).isError(400, ErrorCode.NAME_INVALID);
        assertThat(registry.post("/v2/" + name + "/blobs/uploads/")).isError(400, ErrorCode.NAME_INVALID);
        assertThat(registry.put("/v2/" + name + "/manifests/v1", new byte[0])).isError(400, ErrorCode.NAME_INVALID);
    }

    @Test
    void theNameIsNamed() {
        assertThat(registry.get("/v2/Some/Repository/tags/list"))
                .isError(400, ErrorCode.NAME_INVALID, "name", "Some/Repository");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2/error/unknown", "/v2/error/tags", "/error", "/v1/", "/v2/error/blobs", "/favicon.ico"})
    void anEndpointThatDoesNotExistIsUnknown(String path) {
        assertThat(registry.get(path)).isError(404, ErrorCode.UNSUPPORTED, "path", path);
    }

    @ParameterizedTest
    @CsvSource({
        "DELETE, /v2/, 'GET, HEAD'",
        "POST, /v2/_catalog, 'GET, HEAD'",
        "PUT, /v2/error/tags/list, 'GET, HEAD'",
        "POST, /v2/error/manifests/v1, PUT",
        "GET, /v2/error/blobs/uploads/, POST",
        "GET, /v2/error/blobs/uploads, POST",
        "DELETE, /v2/error/blobs/uploads, POST",
        "PUT, /v2/error/blobs/uploads, POST",
        "PATCH, /v2/error/referrers/x, 'GET, HEAD'"
    })
    void aMethodThatIsNotOfferedIsRefusedAndTheOthersAreNamed(String method, String path, String offered) {
        Answer answer = registry.stream(method, path, "body".getBytes(UTF_8));
        assertThat(answer).isError(405, ErrorCode.UNSUPPORTED, "method", method);
        assertThat(answer.header("Allow")).contains(offered);
    }

    /** A plus is read by the registry itself, and what cannot be decoded is answered as the container's reading is. */
    @ParameterizedTest
    @ValueSource(strings = {"n=%zz", "n=1&last=%z", "n=1&%zz=a", "n=%"})
    void aQueryThatCannotBeDecodedIsRefusedWithAPlusInItToo(String query) {
        for (String plus : new String[] {"", "&last=a+b", "+"}) {
            try (RawConnection connection = registry.connect()) {
                String request = "GET /v2/_catalog?" + query + plus + " HTTP/1.1";
                Answer answer = connection.head(request, "Host: localhost").answer();
                assertThat(answer).as(request).isError(400, ErrorCode.UNSUPPORTED);
                assertThat(answer.text()).contains("the query cannot be decoded");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2/error/blobs/uploads", "/v2/error/blobs/uploads/"})
    void uploadsHaveNoHead(String path) {
        assertThat(registry.head(path)).hasStatus(405).hasHeader("Allow", "POST");
    }

    @Test
    void headOfWhatIsWrongHasNoBody() {
        Answer answer = registry.head("/v2/UPPER/manifests/v1");
        assertThat(answer).hasStatus(400).hasHeader("Content-Type", "application/json");
        assertThat(answer.body()).isEmpty();
    }

    /** Requests that no client sends by mistake, and that never reach a controller. */
    @ParameterizedTest
    @ValueSource(strings = {
        "GET /v2/error%2Fslash/tags/list HTTP/1.1",
        "GET /v2/error/%00/tags/list HTTP/1.1",
        "GET /v2/error/%FF/tags/list HTTP/1.1",
        "GET /v2/error/%zz/tags/list HTTP/1.1",
        "GET /v2/error/../../../etc/passwd HTTP/1.1",
        "GET /v2/error/tags/list?n=%zz HTTP/1.1",
        "GET /v2/error/tags/list?n=1%FF HTTP/1.1",
        "GET /v2/error/<tags>/list HTTP/1.1",
        "GET /v2/error;a=b/tags/list HTTP/1.1",
        "TRACE /v2/ HTTP/1.1",
        "BREW /v2/ HTTP/1.1"
    })
    void aRequestThatCannotBeReadIsTheClientsError(String request) {
        try (RawConnection connection = registry.connect()) {
            Answer answer = connection.head(request, "Host: localhost").answer();
            assertThat(answer.status()).as(answer.toString()).isBetween(400, 499);
            assertThat(answer).hasHeader("Content-Type", "application/json");
            assertThat(answer.json().at("/errors/0/code").asString())
                    .as(answer.toString())
                    .isIn("UNSUPPORTED", "NAME_INVALID", "NAME_UNKNOWN");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            CONNECT localhost:5000 HTTP/1.1 |                                  | 501
            POST /v2/error/blobs/uploads/ HTTP/1.1 | Transfer-Encoding: gzip, chunked | 501
            POST /v2/error/blobs/uploads/ HTTP/1.1 | Transfer-Encoding: unheard-of | 501
            GET /v2/ HTTP/3.0                      |                           | 505
            GET /v2/ HTTP/1.1                      | Expect: the worst         | 417
            PUT /v2/error/manifests/v1 HTTP/1.1    | Content-Length: 9223372036854775807 | 413
            POST /v2/error/blobs/uploads/?digest=%s HTTP/1.1 | Content-Length: 9223372036854775807 | 413
            POST /v2/error/blobs/uploads/?digest=%s HTTP/1.1 | Content-Length: 10000000000000 | 413
            POST /v2/error/blobs/uploads/?digest=%s HTTP/1.1 | Content-Length: 9223372036854775808 | 400
            POST /v2/error/blobs/uploads/?digest=%s HTTP/1.1 | Content-Length: -1 | 400
            GET /v2/ HTTP/1.1                      | Host: two                 | 400
            """)
    void whatIsRefusedBelowTheControllersIsNoInternalError(String request, @Nullable String header, int status) {
        try (RawConnection connection = registry.connect()) {
            Answer answer = connection
                    .head(
                            request.formatted("sha256:" + "a".repeat(64)),
                            "Host: localhost:5000",
                            "Content-Type: " + MediaType.OCI_MANIFEST,
                            header == null ? "X-Nothing: a" : header)
                    .answer();
            assertThat(answer).hasStatus(status).hasHeader("Content-Type", "application/json");
            assertThat(answer.json().at("/errors/0/code").asString()).as(answer.toString()).isNotEqualTo("UNKNOWN");
            assertThat(answer.text()).doesNotContain("internal", "disk");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            POST /nothing/here HTTP/1.1         | Content-Type: *             | 0
            POST /api/savings/freed HTTP/1.1    | Transfer-Encoding: chunked  | 5zz
            POST /api/savings/freed HTTP/1.1    | Transfer-Encoding: chunked  | -1
            POST /v2/error/_strata/cache/resolve HTTP/1.1 | Transfer-Encoding: chunked | 5zz
            PUT /v2/error/manifests/v1 HTTP/1.1 | Transfer-Encoding: chunked  | 5zz
            POST /v2/error/blobs/uploads/?digest=%s HTTP/1.1 | Transfer-Encoding: chunked | 5zz
            """)
    void aBodyOrATypeThatCannotBeReadIsTheClientsError(String request, String header, String chunk, CapturedOutput output) {
        try (RawConnection connection = registry.connect()) {
            Answer answer = connection
                    .head(request.formatted("sha256:" + "a".repeat(64)), "Host: localhost:5000", header)
                    .send(chunk + "\r\n{\"a\"\r\n")
                    .end()
                    .answer();
            assertThat(answer.status()).as(answer.toString()).isBetween(400, 499);
        }
        assertThat(output.getAll()).doesNotContain(" ERROR ");
    }

    /** Nobody's fault, and no reason to say so at length. */
    @Test
    void aClientThatGoesAwayIsNoFault(CapturedOutput output) {
        for (int client = 0; client < 20; client++) {
            try (RawConnection connection = registry.connect()) {
                connection.head("GET /docs/layer-cache.md HTTP/1.1", "Host: localhost:5000");
            }
            try (RawConnection connection = registry.connect()) {
                connection.head("GET /actuator/prometheus HTTP/1.1", "Host: localhost:5000").read(1);
            }
        }
        assertThat(registry.get("/docs/layer-cache.md")).hasStatus(200);
        assertThat(output.getAll()).doesNotContain(" ERROR ");
    }

    /** As much as proxies with single sign-on send is taken; what is more is refused as what it is. */
    @ParameterizedTest
    @CsvSource({"1, 20000, 200", "1, 31000, 200", "290, 10, 200", "310, 10, 431", "1, 40000, 431", "100, 1000, 431"})
    void headersMayBeLargeAndMany(int count, int length, int status) {
        String[] head = new String[count + 2];
        Arrays.setAll(head, number -> "X-Header-" + number + ": " + "x".repeat(length));
        head[0] = "GET /v2/ HTTP/1.1";
        head[1] = "Host: localhost";
        try (RawConnection connection = registry.connect()) {
            Answer answer = connection.head(head).answer();
            assertThat(answer).hasStatus(status).hasHeader("Content-Type", "application/json");
        }
    }

    @ParameterizedTest
    @CsvSource({"30000, 400", "33000, 414", "100000, 414"})
    void anAddressMayBeLong(int length, int status) {
        try (RawConnection connection = registry.connect()) {
            Answer answer = connection
                    .head("GET /v2/" + "a".repeat(length) + "/tags/list HTTP/1.1", "Host: localhost")
                    .answer();
            assertThat(answer).hasStatus(status).hasHeader("Content-Type", "application/json");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "<a>", "a@b", "a/b", "a:b", "a:123456", "[::1", "a%zz", "a\"b"})
    void aHostThatIsNoneIsRefused(String host) {
        try (RawConnection connection = registry.connect()) {
            Answer answer = connection.head("GET /v2/ HTTP/1.1", "Host: " + host).answer();
            assertThat(answer).isError(400, ErrorCode.UNSUPPORTED);
        }
    }

    @Test
    void whatTheClientSentComesBackAsTextAndNothingElse() {
        String id = UUID.randomUUID() + "%22%3E%3Cscript%3E";
        Answer answer = registry.get("/v2/error/blobs/uploads/" + id);
        assertThat(answer)
                .isError(404, ErrorCode.BLOB_UPLOAD_UNKNOWN, "upload", id.replace("%22%3E%3Cscript%3E", "\"><script>"));
    }

    @Test
    void aLongNameIsRefusedWithoutAFault() {
        assertThat(registry.get("/v2/" + "a/".repeat(3_000) + "a/tags/list")).isError(400, ErrorCode.NAME_INVALID);
    }
}
