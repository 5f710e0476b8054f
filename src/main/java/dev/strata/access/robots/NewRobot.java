package dev.strata.access.robots;

import dev.strata.access.accounts.Accounts;
import dev.strata.access.rights.Action;
import dev.strata.access.callers.Caller.Kind;
import dev.strata.access.callers.Caller;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A robot to be made.
 *
 * @param name not that of another one
 * @param maker an account that is kept here or in the file of passwords, a certificate, or somebody whom an issuer names:
 *     who can be asked for later
 * @param repositories globs of their names, at least one
 * @param actions on them, at least one, and not {@link Action#ADMIN}
 * @param cacheScopes globs
 * @param expiresAt when it ends; absent where it does not
 */
public record NewRobot(
        String name,
        Caller maker,
        List<String> repositories,
        Set<Action> actions,
        List<String> cacheScopes,
        Optional<Instant> expiresAt) {

    private static final Set<Kind> MAKERS = Set.of(Kind.ACCOUNT, Kind.PERSON, Kind.CERTIFICATE);
    private static final Pattern GLOB = Pattern.compile("[a-z0-9._/*-]{1,255}");
    private static final Pattern SCOPE = Pattern.compile("[\\x21-\\x7E]{1,128}");

    private static final int LONGEST_MAKER = 255;

    /** @throws RegistryException with ACCOUNT_INVALID */
    public NewRobot {
        repositories = List.copyOf(repositories);
        actions = Set.copyOf(actions);
        cacheScopes = List.copyOf(cacheScopes);
        Accounts.requireName(name, "name");
        require(
                canBeMadeBy(maker),
                "a robot is made by a person with an account, a login at an issuer, or a certificate",
                "maker");
        require(maker.name().length() <= LONGEST_MAKER, "the name of the maker is too long", "maker");
        require(
                !repositories.isEmpty() && isShort(repositories) && repositories.stream().allMatch(NewRobot::isGlob),
                "repositories has names, or globs of them, such as team/**",
                "repositories");
        require(
                !actions.isEmpty() && !actions.contains(Action.ADMIN),
                "actions has at least one of pull, push, delete, cache and maintain",
                "actions");
        require(
                isShort(cacheScopes) && cacheScopes.stream().allMatch(scope -> SCOPE.matcher(scope).matches()),
                "cache_scopes has globs of scopes, without spaces",
                "cache_scopes");
    }

    /** Whether somebody can be asked for later, when a robot of theirs does something. */
    static boolean canBeMadeBy(Caller maker) {
        return MAKERS.contains(maker.kind());
    }

    private static boolean isGlob(String text) {
        return GLOB.matcher(text).matches();
    }

    private static boolean isShort(List<String> words) {
        return words.stream().mapToInt(word -> word.length() + 1).sum() <= RobotRow.LONGEST_LIST;
    }

    private static void require(boolean holds, String message, String field) {
        if (!holds) {
            throw new RegistryException(Problem.ACCOUNT_INVALID, message, Map.of("field", field));
        }
    }
}
