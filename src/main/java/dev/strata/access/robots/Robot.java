package dev.strata.access.robots;

import dev.strata.access.rights.Action;
import dev.strata.access.callers.Caller;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A service account.
 *
 * @param name as grants and the audit log have it
 * @param makerKind an account, a certificate, or somebody whom an issuer names
 * @param makerName who made it; the robot may do no more than they may
 * @param repositories globs of the names that it was made for
 * @param actions on them
 * @param cacheScopes globs of the cache's scopes that it may write
 * @param createdAt when it was made
 * @param expiresAt when it ends; absent where it does not
 * @param lastUsedAt when it signed in last, some minutes exactly; absent where it never did
 * @param lastUsedFrom from which address
 */
public record Robot(
        String name,
        Caller.Kind makerKind,
        String makerName,
        List<String> repositories,
        Set<Action> actions,
        List<String> cacheScopes,
        Instant createdAt,
        Optional<Instant> expiresAt,
        Optional<Instant> lastUsedAt,
        Optional<String> lastUsedFrom) {

    public Robot {
        repositories = List.copyOf(repositories);
        actions = Set.copyOf(actions);
        cacheScopes = List.copyOf(cacheScopes);
    }
}
