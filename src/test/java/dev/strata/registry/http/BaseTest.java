package dev.strata.registry.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.problem.ErrorCode;
import dev.strata.testing.Answer;
import dev.strata.testing.RawConnection;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.net.URI;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** What is about the registry as a whole. */
@RegistryTest
class BaseTest {

    @Autowired
    RegistryClient registry;

    @ParameterizedTest
    @ValueSource(strings = {"/v2/", "/v2"})
    void itSaysThatItIsARegistry(String path) {
        Answer answer = registry.get(path);
        assertThat(answer).isJson(200).hasHeader("Docker-Distribution-API-Version", "registry/2.0").hasBody(answer.body());
        assertThat(answer.text()).isEqualTo("{}");
        assertThat(registry.head(path)).isJson(200).hasNoBodyOf(2);
    }

    @ParameterizedTest
    @CsvSource({
        "/v2/, text/plain",
        "/v2/_catalog, application/vnd.oci.image.index.v1+json",
        "/v2/_oci/ext/discover, text/html"
    })
    void itAnswersWhateverTheClientAccepts(String path, String accept) {
        assertThat(registry.get(path, "Accept", accept)).isJson(200);
    }

    @Test
    void listsAreAnsweredWhateverTheClientAccepts() {
        registry.pushImage("base/accept", "v1", 1);
        assertThat(registry.get("/v2/base/accept/tags/list", "Accept", "text/html")).isJson(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2/_oci/ext/discover", "/v2/base/some/repository/_oci/ext/discover"})
    void itsExtensionsCanBeDiscovered(String path) {
        Answer answer = registry.get(path);
        assertThat(answer).isJson(200).hasBody(answer.body());
        assertThat(answer.json().path("extensions").values()).isNotEmpty().allSatisfy(extension -> {
            assertThat(extension.path("name").stringValue()).matches("_[a-z0-9]+");
            assertThat(URI.create(extension.path("url").stringValue()).isAbsolute()).isTrue();
            assertThat(extension.path("endpoints").size()).isPositive();
        });
    }

    @Test
    void theCacheIsDescribedWhereItsExtensionSays() {
        JsonNode extensions = registry.get("/v2/_oci/ext/discover", "X-Forwarded-Proto", "https").json().path("extensions");
        URI url = extensions
                .valueStream()
                .filter(extension -> extension.path("name").stringValue().equals("_strata"))
                .map(extension -> URI.create(extension.path("url").stringValue()))
                .findAny()
                .orElseThrow();
        assertThat(url.getScheme()).isEqualTo("https");
        Answer document = registry.get(url.getPath());
        assertThat(document).hasStatus(200).hasHeader("Content-Type", "text/markdown;charset=UTF-8");
        assertThat(document.text()).startsWith("# The layer cache");
        assertThat(registry.get("/docs/other.md")).isError(404, ErrorCode.UNSUPPORTED);
    }

    /** Some clients try https first, and wait for as long as they are let. */
    @Test
    void aClientThatSpeaksTlsIsCutOff() {
        byte[] clientHello = HexFormat.of().parseHex("16030100050100000103");
        try (RawConnection connection = registry.connect()) {
            assertThat(connection.send(clientHello).untilClosed().length).isLessThan(1_000);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            localhost:5000 |                                  |                          | http://localhost:5000
            [::1]:5000     |                                  |                          | http://[::1]:5000
            localhost:80   |                                  |                          | http://localhost
            localhost:443  | X-Forwarded-Proto: https         |                          | https://localhost
            localhost:5000 | X-Forwarded-Proto: https         |                          | https://localhost:5000
            a.example      | X-Forwarded-Proto: https         | X-Forwarded-Port: 443    | https://a.example
            a.example      | X-Forwarded-Proto: http          | X-Forwarded-Port: 80     | http://a.example
            a.example      | X-Forwarded-Proto: https         | X-Forwarded-Port: 80     | https://a.example
            a.example      | X-Forwarded-Proto: https         | X-Forwarded-Port: 8443   | https://a.example:8443
            a.example:8443 | X-Forwarded-Proto: https         | X-Forwarded-Port: 443    | https://a.example:8443
            a.example      | X-Forwarded-Proto: HTTPS         | X-Forwarded-Host: a.example:443 | https://a.example
            a.example      | X-Forwarded-Ssl: on              | X-Forwarded-Port: 443    | https://a.example
            a.example      | Forwarded: host=a.example;proto=https | X-Forwarded-Port: 443 | https://a.example
            localhost      | X-Forwarded-Host: [2001:db8::1]  | X-Forwarded-Port: 443    | http://[2001:db8::1]
            my_host~a!b    | X-Forwarded-Proto: https         | X-Forwarded-Port: 443    | https://my_host~a!b
            a.example:8443 | X-Forwarded-Proto: https         |                          | https://a.example:8443
            a.example      | X-Forwarded-Proto: https         |                          | https://a.example
            localhost:5000 | X-Forwarded-Host: a.example      | X-Forwarded-Proto: https | https://a.example
            localhost:5000 | X-Forwarded-Host: a.example:8443 | X-Forwarded-Proto: https | https://a.example:8443
            localhost:5000 | X-Forwarded-Host: a.example, b   | X-Forwarded-Proto: https, http | https://a.example
            localhost:5000 | Forwarded: proto=https;host=a.example |                     | https://a.example
            localhost:5000 | Forwarded: for=192.0.2.1;host="a.example:8443";proto=https | | https://a.example:8443
            localhost:5000 | Forwarded: host=a.example;proto=https, for=10.0.0.1 |       | https://a.example
            localhost:5000 | Forwarded: for="a;host=b,c";Host = "a.ex\\ample:8443" ; proto="https" | | https://a.example:8443
            localhost:5000 | Forwarded: host="a.example;proto=https |             | http://localhost:5000
            localhost:5000 | Forwarded: host=a.example;proto=https;host=b.example |       | https://a.example
            localhost:5000 | Forwarded: proto=https;;host=a.example; |                    | https://a.example
            a.example      | X-Forwarded-Proto: https         | X-Forwarded-Port: 0      | https://a.example
            a.example      | X-Forwarded-Proto: https         | X-Forwarded-Port: 99999  | https://a.example
            a.example      | X-Forwarded-Proto: https         | X-Forwarded-Port: 65535  | https://a.example:65535
            a.example      | X-Forwarded-Proto: https         | X-Forwarded-Port: https  | https://a.example
            a.example      | X-Forwarded-Proto: https         | X-Forwarded-Port: -1     | https://a.example
            a.example      | X-Forwarded-Proto: https         | X-Forwarded-Port:        | https://a.example
            localhost:5000 | X-Forwarded-Host: a.example:99999 | X-Forwarded-Proto: https | https://localhost:5000
            """)
    void locationsLeadWhereTheClientCameFrom(
            String host, @Nullable String forwarded, @Nullable String more, String origin) {
        try (RawConnection connection = registry.connect()) {
            Answer answer = connection
                    .head(
                            "POST /v2/base/forwarded/blobs/uploads/ HTTP/1.1",
                            "Host: " + host,
                            forwarded == null ? "X-Nothing: a" : forwarded,
                            more == null ? "X-Nothing: b" : more,
                            "Content-Length: 0")
                    .answer();
            assertThat(answer).hasStatus(202);
            assertThat(answer.location()).startsWith(origin + "/v2/base/forwarded/blobs/uploads/");
        }
    }

    /** Allowed where an address has no name; no browser sends it. */
    @Test
    void aClientThatNamesNoHostIsLedOnByPaths() {
        try (RawConnection connection = registry.connect()) {
            Answer answer = connection
                    .head("POST /v2/base/no-host/blobs/uploads/ HTTP/1.1", "Host:", "Content-Length: 0")
                    .answer();
            assertThat(answer).hasStatus(202);
            assertThat(answer.location()).startsWith("/v2/base/no-host/blobs/uploads/");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "X-Forwarded-Host: a:b",
        "X-Forwarded-Host: [::1",
        "X-Forwarded-Proto: h ttp",
        "Forwarded: host=:::",
        "Forwarded: ;;=,",
        "X-Forwarded-Port: 99999999999\r\nX-Forwarded-Proto: https"
    })
    void aForwardedHeaderThatCannotBeReadIsNoFault(String header) {
        try (RawConnection connection = registry.connect()) {
            Answer answer = connection
                    .head(
                            "POST /v2/base/malformed/blobs/uploads/ HTTP/1.1",
                            "Host: localhost",
                            header,
                            "Content-Length: 0")
                    .answer();
            assertThat(answer.status()).as(answer.toString()).isIn(202, 400);
        }
    }
}
