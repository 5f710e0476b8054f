package dev.strata.access.rules;

import dev.strata.oci.RepositoryName;
import dev.strata.problem.RegistryException;

/** Whether a repository may have more. */
public interface Allowance {

    /**
     * Asks before bytes are taken. Nothing is reserved: pushes at the same time may go beyond a quota together.
     *
     * @param needed how many bytes come, as far as that is known; 0 asks whether there could be any
     * @throws RegistryException QUOTA_EXCEEDED
     */
    void require(RepositoryName repository, long needed);
}
