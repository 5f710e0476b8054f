package dev.strata.access.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.strata.access.callers.Caller;
import dev.strata.access.callers.Callers;
import dev.strata.access.ConditionalOnLogin;
import dev.strata.access.endpoints.Open;
import dev.strata.access.callers.Rights;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Locale;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Who am I? */
@RestController
@ConditionalOnLogin
class MeController {

    private final Rights rights;

    MeController(Rights rights) {
        this.rights = rights;
    }

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    private record Me(String kind, String name, String issuer, List<String> groups, boolean administrator) {}

    @Open
    @GetMapping(path = "/api/access/me", produces = MediaType.APPLICATION_JSON_VALUE)
    Object me(HttpServletRequest request, HttpServletResponse response) {
        Caller caller = Callers.of(request);
        response.setHeader("Cache-Control", "no-store");
        return new Me(
                caller.kind().name().toLowerCase(Locale.ROOT),
                caller.name(),
                caller.issuer(),
                caller.groups().stream().sorted().toList(),
                rights.isAdmin(caller));
    }
}
