package dev.strata.access.browsers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.access.AccessProperties;
import dev.strata.web.connector.HttpProperties;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.mock.web.MockHttpServletRequest;

/** By which names a server may be addressed that is open to others, or has names of its own. */
class KnownHostsTest {

    private static KnownHosts hosts(boolean anonymous, String... names) {
        return new KnownHosts(
                new HttpProperties(
                        HttpProperties.LocationStyle.ABSOLUTE, List.of(names), true, false, Duration.ofMinutes(5)),
                new AccessProperties(anonymous, false, null, null, List.of()),
                new MockEnvironment());
    }

    private static MockHttpServletRequest request(String host, boolean isBrowser) {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", "/v2/");
        request.addHeader("Host", host);
        request.setServerName(host);
        if (isBrowser) {
            request.addHeader("Accept-Language", "en");
        }
        return request;
    }

    /** The container's image and the Compose file are of this kind. */
    @ParameterizedTest
    @CsvSource({
        "localhost, true, true",
        "127.0.0.1, true, true",
        "10.1.2.3, false, true",
        "10.1.2.3, true, true",
        "[2001:db8::1], true, true",
        "strata, false, true",
        "strata, true, true",
        "registry.example, false, true",
        "registry.example, true, false",
        "rebound.example, true, false",
        "10.1.2.3.rebound.example, true, false",
        "strata., true, true"
    })
    void whoIsOpenToTheNetworkKeepsBrowsersFromNamesThatOthersCanHave(String host, boolean isBrowser, boolean isKnown) {
        assertThat(hosts(true).include(request(host, isBrowser))).isEqualTo(isKnown);
    }

    @ParameterizedTest
    @CsvSource({
        "registry.example, true",
        "REGISTRY.example., true",
        "second.example, true",
        "[2001:db8::1], true",
        "other.example, false",
        "registry.example.other.example, false",
        "sub.registry.example, false"
    })
    void theNamesInTheSettingsAreKnownToBrowsersToo(String host, boolean isKnown) {
        for (boolean anonymous : new boolean[] {true, false}) {
            KnownHosts hosts = hosts(anonymous, "registry.example", "Second.Example", "2001:db8::1");
            boolean isAddress = anonymous && host.startsWith("[");
            assertThat(hosts.include(request(host, true))).isEqualTo(isKnown || isAddress);
            assertThat(hosts.include(request(host, false))).isEqualTo(isKnown || anonymous);
        }
    }
}
