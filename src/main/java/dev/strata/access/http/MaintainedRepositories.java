package dev.strata.access.http;

import dev.strata.access.Action;
import dev.strata.access.Caller;
import dev.strata.access.RepositoryRights;
import dev.strata.access.Rights;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Who may make a robot for which repositories. Of a glob, one name that it matches stands for all: what the robot may do
 * is held to what its maker may do each time that it does something.
 */
@Component
class MaintainedRepositories {

    private final Rights rights;

    MaintainedRepositories(Rights rights) {
        this.rights = rights;
    }

    /**
     * @param actions of the robot. Who shows a token gives no robot what the token does not carry
     * @throws RegistryException with FORBIDDEN, and NAME_INVALID
     */
    void require(Caller caller, List<String> globs, Set<Action> actions) {
        for (String glob : globs) {
            RepositoryName example = RepositoryName.of(glob.replace("**", "x").replace("*", "x"));
            RepositoryRights held = rights.of(caller, example);
            boolean mayGive = caller.token().isEmpty() || actions.stream().allMatch(held::allow);
            if (!held.allow(Action.MAINTAIN) || !mayGive) {
                throw new RegistryException(
                        Problem.FORBIDDEN,
                        "robots are made by those who maintain a repository",
                        Map.of("repository", glob, "needed", Action.MAINTAIN.toString()));
            }
        }
    }
}
