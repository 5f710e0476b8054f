package dev.strata.access.http;

import dev.strata.access.rights.Action;
import dev.strata.access.callers.Caller;
import dev.strata.access.callers.Rights;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.util.List;
import java.util.Map;
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

    /** @throws RegistryException with FORBIDDEN, and NAME_INVALID */
    void require(Caller caller, List<String> globs) {
        for (String glob : globs) {
            RepositoryName example = RepositoryName.of(glob.replace("**", "x").replace("*", "x"));
            if (!rights.of(caller, example).allow(Action.MAINTAIN)) {
                throw new RegistryException(
                        Problem.FORBIDDEN,
                        "robots are made by those who maintain a repository",
                        Map.of("repository", glob, "needed", Action.MAINTAIN.toString()));
            }
        }
    }
}
