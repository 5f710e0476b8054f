package dev.strata.access.signin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.security.web.firewall.HttpFirewall;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.security.web.firewall.StrictHttpFirewall;
import org.springframework.web.util.UriUtils;

/** Which paths are let through. */
class PathFirewallTest {

    private static final List<String> PIECES = List.of(
            "/", "/", "/", "/", "a", "Z9", ".", "..", "_", "-", "~", ":", "@", "+", "=", ",", ";", "\\", " ", "%", "%2e", "%2E%2e",
            "%2f", "%2F", "%5c", "%3b", "%00", "%0a", "%0D", "%25", "%C3%A9", "\u00e9", "\n", "\r", "\u0000", "%E2%80%A8");

    @Test
    void agreesWithSpringSecuritysOwn() {
        StrictHttpFirewall strict = new StrictHttpFirewall();
        strict.setUnsafeAllowAnyHttpMethod(true);
        PathFirewall ours = new PathFirewall();
        Set<Boolean> answers = new HashSet<>();
        Random random = new Random(11);
        for (int i = 0; i < 50_000; i++) {
            String path = path(random);
            boolean expected = lets(strict, path);
            assertThat(lets(ours, path)).as(path).isEqualTo(expected);
            answers.add(expected);
        }
        assertThat(answers).containsExactlyInAnyOrder(true, false);
    }

    private static String path(Random random) {
        StringBuilder path = new StringBuilder(random.nextInt(10) == 0 ? "" : "/");
        for (int i = random.nextInt(6); i > 0; i--) {
            path.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return path.toString();
    }

    private static boolean lets(HttpFirewall firewall, String path) {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", path);
        request.setServletPath(decoded(path));
        try {
            firewall.getFirewalledRequest(request);
            return true;
        } catch (RequestRejectedException e) {
            return false;
        }
    }

    /** As far as it can be decoded. */
    private static String decoded(String path) {
        try {
            return UriUtils.decode(path, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return path;
        }
    }
}
