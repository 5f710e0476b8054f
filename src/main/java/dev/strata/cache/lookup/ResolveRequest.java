package dev.strata.cache.lookup;

import dev.strata.access.rights.ReadableRepositories;
import dev.strata.cache.ReadPolicy;
import dev.strata.cache.Scope;
import dev.strata.oci.Digest;
import dev.strata.oci.Platform;
import dev.strata.oci.RepositoryName;
import dev.strata.step.Operation;
import dev.strata.step.StepFiles;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A whole Dockerfile, as an agent asks for it.
 *
 * @param policy what the agent reads
 * @param scope the scope that it writes, for which leases are
 * @param mayWrite whether it may write that scope: who may not is given no leases, and told of those of others
 * @param readable the repositories whose images may be bases
 * @param fresh which stages are to be run afresh
 * @param leaseTtl how long leases are to last; none are asked for where it is left open
 * @param stages in their order; a stage may use those before it
 */
public record ResolveRequest(
        RepositoryName repository,
        ReadPolicy policy,
        Scope scope,
        boolean mayWrite,
        ReadableRepositories readable,
        Fresh fresh,
        Optional<Duration> leaseTtl,
        List<Stage> stages) {

    /** Stages whose steps are run afresh. */
    public sealed interface Fresh {

        boolean includes(String stage);

        record All() implements Fresh {

            @Override
            public boolean includes(String stage) {
                return true;
            }
        }

        record Stages(Set<String> names) implements Fresh {

            @Override
            public boolean includes(String stage) {
                return names.contains(stage);
            }
        }
    }

    /**
     * A stage of it.
     *
     * @param platform what its commands run on
     */
    public record Stage(String name, Platform platform, Base base, List<StepRequest> steps) {}

    /** What a stage starts from. */
    public sealed interface Base {

        record Scratch() implements Base {}

        /** A stack of layers, whatever it is called. */
        record DiffIds(List<Digest> diffIds) implements Base {}

        /** An image of this registry. */
        record Reference(String name) implements Base {}

        /** The end of an earlier stage. */
        record OfStage(String name) implements Base {}
    }

    /**
     * A step of it.
     *
     * @param arguments which variables of its environment are build arguments
     * @param files the lists of the files that it takes, where the caller says them
     */
    public record StepRequest(Operation operation, Set<String> arguments, Optional<StepFiles> files) {

        /** @throws dev.strata.problem.RegistryException STEP_INVALID where the lists are not those of the step's content */
        public StepRequest {
            files.ifPresent(lists -> lists.requireContentOf(operation));
        }
    }
}
