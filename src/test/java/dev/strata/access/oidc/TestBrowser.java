package dev.strata.access.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.testing.Answer;
import dev.strata.testing.RegistryClient;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** A browser, as far as a login needs one: it keeps the registry's cookies, and goes where it is sent. */
final class TestBrowser {

    private final RegistryClient registry;
    private final Map<String, String> cookies = new LinkedHashMap<>();

    TestBrowser(RegistryClient registry) {
        this.registry = registry;
    }

    String[] headers() {
        String all = cookies.entrySet().stream()
                .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                .collect(Collectors.joining("; "));
        return all.isEmpty() ? new String[0] : new String[] {"Cookie", all};
    }

    Answer get(String address) {
        Answer answer = registry.get(address, headers());
        for (String set : answer.headers().allValues("Set-Cookie")) {
            String[] pair = set.split(";")[0].split("=", 2);
            if (set.contains("Max-Age=0")) {
                cookies.remove(pair[0]);
            } else {
                cookies.put(pair[0], pair[1]);
            }
        }
        return answer;
    }

    /** @return where the issuer is to answer it */
    URI begin(String issuer, String query) {
        Answer answer = get("/api/access/login/" + issuer + query);
        assertThat(answer).hasStatus(303);
        return URI.create(answer.location());
    }

    /** A whole login: who sits before it says yes. */
    Answer logIn(String issuer) {
        return get(registry.get(begin(issuer, "").toString()).location());
    }

    /** The same browser on another day, or one that somebody copied. */
    TestBrowser copy() {
        TestBrowser copy = new TestBrowser(registry);
        copy.cookies.putAll(cookies);
        return copy;
    }

    String name() {
        return registry.get("/api/access/session", headers()).json().path("caller").path("name").asString("");
    }
}
