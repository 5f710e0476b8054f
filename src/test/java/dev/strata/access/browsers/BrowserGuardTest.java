package dev.strata.access.browsers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.problem.ErrorCode;
import dev.strata.testing.Answer;
import dev.strata.testing.RawConnection;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** What web pages of others can have a browser ask of a server that is bound to this machine. */
@RegistryTest
class BrowserGuardTest {

    @Autowired
    RegistryClient registry;

    private Answer ask(String method, String path, String... headers) {
        List<String> head = new ArrayList<>(List.of(method + " " + path + " HTTP/1.1"));
        for (String header : headers) {
            if (!header.isEmpty()) {
                head.add(header);
            }
        }
        head.add("Content-Length: 0");
        try (RawConnection connection = registry.connect()) {
            return connection.head(head.toArray(String[]::new)).answer();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "localhost", "localhost:5000", "LOCALHOST", "localhost.", "strata.localhost:1", "127.0.0.1", "127.1.2.3:80",
        "[::1]:5000", "[0:0:0:0:0:0:0:1]", "0.0.0.0:5000", "localhost:"
    })
    void thisMachineIsKnownByItsNames(String host) {
        assertThat(ask("GET", "/v2/", "Host: " + host)).hasStatus(200);
        assertThat(ask("POST", "/v2/guard/own/blobs/uploads/", "Host: " + host)).hasStatus(202);
    }

    /** A page under DNS rebinding has its own name; what it asks for is of its own site, as far as the browser knows. */
    @ParameterizedTest
    @ValueSource(strings = {
        "evil.example", "evil.example:5000", "localhost.evil.example", "evillocalhost", "strata", "a_b~c!d",
        "127.0.0.1.evil.example", "10.0.0.1", "[2001:db8::1]:5000", "xn--lcalhost-n1a", "%6cocalhost"
    })
    void anyOtherNameIsRefused(String host) {
        for (String path : List.of("/v2/", "/v2/_catalog", "/", "/actuator/prometheus", "/api/savings", "/none")) {
            assertThat(ask("GET", path, "Host: " + host)).isError(421, ErrorCode.DENIED);
        }
        assertThat(ask("DELETE", "/v2/guard/a/manifests/v1", "Host: " + host)).isError(421, ErrorCode.DENIED);
        assertThat(ask("POST", "/v2/guard/a/blobs/uploads/", "Host: " + host, "Origin: http://" + host))
                .isError(421, ErrorCode.DENIED);
    }

    /** It can say that it came through a proxy, but not that it is no browser. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            X-Forwarded-Proto: https      |                                | 202
            X-Forwarded-For: 192.0.2.1    |                                | 202
            Forwarded: proto=https        |                                | 202
            X-Forwarded-Host: evil.example | X-Forwarded-Proto: https      | 202
            X-Forwarded-Host: evil.example:443 |                           | 202
            X-Forwarded-Host: localhost   |                                | 421
            X-Forwarded-Host: localhost   | X-Forwarded-Proto: https       | 421
            X-Forwarded-Proto: https      | Accept-Language: en            | 421
            X-Forwarded-Proto: https      | Accept-Language:               | 421
            X-Forwarded-Host: evil.example | Origin: http://evil.example   | 421
            Forwarded: host=localhost     | Sec-Fetch-Site: same-origin    | 421
            X-Forwarded-Proto: https      | User-Agent: Mozilla/5.0        | 421
            X-Forwarded-Proto: https      | Referer: http://evil.example/  | 421
            X-Real-IP: 192.0.2.1          |                                | 421
            """)
    void aProxyMayPassOnItsNameForWhatIsNoBrowser(String header, @Nullable String more, int status) {
        String[] headers = {"Host: evil.example", header, more == null ? "" : more};
        assertThat(ask("POST", "/v2/guard/proxy/blobs/uploads/", headers)).hasStatus(status);
        assertThat(ask("GET", "/v2/", headers)).hasStatus(status == 202 ? 200 : status);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Sec-Fetch-Site: cross-site    |                                | 403
            Sec-Fetch-Site: same-site     |                                | 403
            Sec-Fetch-Site: cross-site    | Origin: http://localhost:5000  | 403
            Origin: http://evil.example   |                                | 403
            Origin: null                  |                                | 403
            Origin: http://localhost      |                                | 403
            Origin: http://localhost:5001 |                                | 403
            Origin: http://localhost:50000 |                               | 403
            Origin: http://localhost:5000.evil.example |                   | 403
            Origin: chrome-extension://a  |                                | 403
            Origin: http://localhost:5000 |                                | 202
            Origin: https://localhost:5000 |                               | 202
            Origin: HTTP://LOCALHOST:5000 |                                | 202
            Sec-Fetch-Site: same-origin   | Origin: http://localhost:5000  | 202
            Sec-Fetch-Site: none          |                                | 202
            Accept-Language: en           | User-Agent: Mozilla/5.0        | 202
            """)
    void aPageOfAnotherSiteChangesNothing(String header, @Nullable String more, int status) {
        String[] headers = {"Host: localhost:5000", header, more == null ? "" : more};
        assertThat(ask("POST", "/v2/guard/site/blobs/uploads/", headers)).hasStatus(status);
        for (String method : List.of("PUT", "PATCH", "DELETE", "BREW")) {
            Answer answer = ask(method, "/v2/guard/site/manifests/v1", headers);
            assertThat(answer.status() == 403).as(method + " " + answer).isEqualTo(status == 403);
        }
        assertThat(ask("GET", "/v2/", headers)).hasStatus(200);
    }

    @Test
    void aBrowserRunsNothingOfWhatIsStored() {
        registry.pushImage("guard/content", "v1", 1);
        for (String path : List.of(
                "/v2/", "/v2/guard/content/manifests/v1", "/v2/guard/content/tags/list", "/v2/guard/content/blobs/x",
                "/v2/guard/content/referrers/x", "/v2/_catalog", "/%76%32/guard/content/tags/list", "/v2/none",
                "/actuator", "/actuator/health", "/actuator/prometheus", "/v2/guard/<script>")) {
            assertThat(ask("GET", path, "Host: localhost"))
                    .hasHeader("X-Content-Type-Options", "nosniff")
                    .hasHeader("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'");
        }
    }
}
