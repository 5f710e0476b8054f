package dev.strata.access.signin;

import dev.strata.access.audit.Audit;
import dev.strata.access.audit.AuditEvent.What;
import dev.strata.access.callers.Callers;
import dev.strata.access.ConditionalOnLogin;
import dev.strata.access.endpoints.Open;
import dev.strata.access.callers.Proven;
import dev.strata.access.refresh.RefreshTokens;
import dev.strata.problem.Problem;
import dev.strata.web.SmallBodies;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Takes refresh tokens back, from whoever has one: RFC 7009. Whether there was such a token, the answer is the same. Access
 * tokens end by themselves, and soon.
 */
@RestController
@ConditionalOnLogin
class RevocationController {

    private static final int LARGEST_FORM = 8 * 1024;

    private final RefreshTokens refreshTokens;
    private final SmallBodies bodies;
    private final Audit audit;

    RevocationController(RefreshTokens refreshTokens, SmallBodies bodies, Audit audit) {
        this.refreshTokens = refreshTokens;
        this.bodies = bodies;
        this.audit = audit;
    }

    @Open
    @PostMapping("/auth/revoke")
    void revoke(HttpServletRequest request) throws IOException {
        String token = bodies.read(
                request,
                LARGEST_FORM,
                Problem.REQUEST_TOO_LARGE,
                body -> TokenRequest.ofForm(new String(body, StandardCharsets.UTF_8)).require("token"));
        Optional<Proven> owner = refreshTokens.check(token);
        refreshTokens.end(token);
        owner.ifPresent(known -> {
            Callers.note(request, known.caller());
            audit.note(What.LOGOUT, request, known.caller().name(), Map.of());
        });
    }
}
