package dev.strata.access.http;

import dev.strata.access.ConditionalOnNoLogin;
import dev.strata.access.endpoints.Open;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Tells the page that nobody signs in here. */
@RestController
@ConditionalOnNoLogin
class NoSessionController {

    @Open
    @GetMapping(path = "/api/access/session", produces = MediaType.APPLICATION_JSON_VALUE)
    Map<String, Boolean> session(HttpServletResponse response) {
        response.setHeader("Cache-Control", "no-store");
        return Map.of("login", false);
    }
}
