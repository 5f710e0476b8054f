package dev.strata.access.callers;

import dev.strata.access.rights.Action;
import java.util.List;
import java.util.Set;

/**
 * On what terms a robot was made. They are a grant to the robot, beside those that name it. Whatever it is granted, it
 * may do no more than its maker may now.
 *
 * @param maker who made it, as it is now: its rights are looked up, not carried by a token
 * @param repositories globs of their names
 * @param actions on them
 * @param cacheScopes globs, where {@link Action#CACHE} is among the actions
 */
public record RobotTerms(Caller maker, List<String> repositories, Set<Action> actions, List<String> cacheScopes) {

    public RobotTerms {
        repositories = List.copyOf(repositories);
        actions = Set.copyOf(actions);
        cacheScopes = List.copyOf(cacheScopes);
    }
}
