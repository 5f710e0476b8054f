package dev.strata.access.callers;

import dev.strata.access.rights.ReadableRepositories;
import dev.strata.access.rights.RepositoryRights;
import dev.strata.oci.RepositoryName;

/**
 * What callers may do, by the grants as they are now. An administrator may do everything ({@link Caller#isAdministrator});
 * a robot may do what its {@link RobotTerms} and the grants that name it allow, as far as its maker may do it too.
 */
public interface Rights {

    /** The rights of a caller on a repository, whether or not there is one of that name; never more than its token carries. */
    RepositoryRights of(Caller caller, RepositoryName repository);

    /** Whether the caller may do everything. */
    boolean isAdmin(Caller caller);

    /** Whether there is a repository that the caller may maintain, whether or not it exists. It need not be so for a robot. */
    boolean maintains(Caller caller);

    /** Which repositories the caller may read, whether or not they exist. */
    ReadableRepositories readable(Caller caller);
}
