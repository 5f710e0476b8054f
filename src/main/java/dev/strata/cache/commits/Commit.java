package dev.strata.cache.commits;

import dev.strata.cache.Scope;
import dev.strata.cache.entries.Layer;
import dev.strata.cache.verification.LayerFormat;
import dev.strata.oci.ChainId;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.step.Step;
import dev.strata.step.StepFiles;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an agent says of a step that it ran.
 *
 * @param scope where it is to be known
 * @param files the lists of the files that it took, where the agent says them
 * @param layer what came out, uploaded before; empty where the step changed nothing
 * @param diffId the digest of the layer's uncompressed tar
 * @param execMs how long it ran, in milliseconds, from 0 to 30 days
 * @param builder who ran it
 * @param condition what may be replaced
 * @param leaseId the lease under which it ran
 * @param stages the layers of the stages that it copied from, the lowest first, where the agent says them
 */
public record Commit(
        RepositoryName repository,
        Scope scope,
        Step step,
        Optional<StepFiles> files,
        Optional<Layer> layer,
        Optional<Digest> diffId,
        long execMs,
        String builder,
        Condition condition,
        Optional<String> leaseId,
        Map<ChainId, List<StageLayer>> stages) {

    private static final int LONGEST_BUILDER = 255;
    /** No step runs longer: one agent's mistake would stay in the sums of what was saved. */
    private static final Duration LONGEST_RUN = Duration.ofDays(30);

    /** A layer of a stage, and the digest of its uncompressed tar as the agent says it. */
    public record StageLayer(Layer layer, Digest diffId) {}

    /** Whether an entry that stands may be replaced: RFC 9110, sections 13.1.1 and 13.1.2. */
    public sealed interface Condition {

        /** It stands: the first writer wins. */
        record FirstWins() implements Condition {}

        /** It is replaced, whatever it is. */
        record ReplaceAny() implements Condition {}

        /**
         * It is replaced where it is one that the caller knows.
         *
         * @param tags their entity tags without quotes
         */
        record Replace(Set<String> tags) implements Condition {}
    }

    /** @throws RegistryException DIGEST_INVALID, SIZE_INVALID or STEP_INVALID where the parts do not fit together */
    public Commit {
        if (layer.isPresent() != diffId.isPresent()) {
            throw invalid("a layer has a diff ID, and no layer has none", "diff_id");
        }
        if (execMs < 0 || execMs > LONGEST_RUN.toMillis()) {
            throw invalid("exec_ms is from 0 to " + LONGEST_RUN.toMillis(), "exec_ms");
        }
        if (builder.length() > LONGEST_BUILDER || builder.chars().anyMatch(Character::isISOControl)) {
            throw invalid("builder has " + LONGEST_BUILDER + " printable characters at the most", "builder");
        }
        files.ifPresent(lists -> lists.requireContentOf(step.operation()));
        layer.ifPresent(present -> LayerFormat.require(present.mediaType()));
        step.chainIdAfter(diffId); // throws where there can be none
    }

    /** The stack that the step ends on; empty on scratch. */
    Optional<ChainId> chainId() {
        return step.chainIdAfter(diffId);
    }

    /** The same of the step that copied these files from wherever. What stands is left, unless it is to be replaced anyway. */
    Commit copying(Digest content) {
        return new Commit(
                repository,
                scope,
                step.copying(content),
                Optional.empty(),
                layer,
                diffId,
                execMs,
                builder,
                condition instanceof Condition.FirstWins ? condition : new Condition.ReplaceAny(),
                Optional.empty(),
                Map.of());
    }

    private static RegistryException invalid(String message, String field) {
        return new RegistryException(Problem.STEP_INVALID, message, Map.of("field", field));
    }
}
