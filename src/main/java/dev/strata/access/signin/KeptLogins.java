package dev.strata.access.signin;

import dev.strata.access.ConditionalOnLogin;
import dev.strata.access.callers.Caller.Kind;
import dev.strata.access.refresh.RefreshTokens;
import dev.strata.access.sessions.Sessions;
import org.springframework.stereotype.Component;

/** What browsers, docker and others keep of somebody who logged in. */
@Component
@ConditionalOnLogin
public class KeptLogins {

    private final RefreshTokens refreshTokens;
    private final Sessions sessions;

    KeptLogins(RefreshTokens refreshTokens, Sessions sessions) {
        this.refreshTokens = refreshTokens;
        this.sessions = sessions;
    }

    /** Ends all of it, and says how many refresh tokens there were. */
    public int endAll(Kind kind, String name) {
        int count = refreshTokens.revoke(kind, name);
        sessions.endAll(kind, name);
        return count;
    }
}
