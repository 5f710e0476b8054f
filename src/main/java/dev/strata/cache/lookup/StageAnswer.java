package dev.strata.cache.lookup;

import dev.strata.cache.entries.Entry;
import dev.strata.cache.leases.GrantedLease;
import dev.strata.oci.ChainId;
import dev.strata.step.StepKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a stage.
 *
 * @param chainId the stack after the last step that hit; empty on scratch, and where the base is not known
 * @param steps what is known of its steps, in their order
 */
public record StageAnswer(String name, Optional<ChainId> chainId, List<Step> steps) {

    /** How many steps hit, from the first on. */
    public int hitUpto() {
        return hits().size();
    }

    /** The entries of the steps that hit. */
    public List<Entry> hits() {
        return steps.stream()
                .takeWhile(step -> step instanceof Step.Hit)
                .map(step -> ((Step.Hit) step).entry())
                .toList();
    }

    /** What is known of a step. */
    public sealed interface Step {

        /**
         * Its layer is here.
         *
         * @param origin where it came from, where another repository had it
         */
        record Hit(Entry entry, Optional<HitOrigin> origin) implements Step {}

        /**
         * It has to be run.
         *
         * @param key its key; empty where its base is not known
         * @param why what keeps it from hitting
         * @param lease the caller's word that it runs it
         * @param heldFor how long somebody else's lease goes on
         */
        record Miss(Optional<StepKey> key, ExplainedMiss why, Optional<GrantedLease> lease, Optional<Duration> heldFor)
                implements Step {}

        /**
         * It is to be run afresh.
         *
         * @param key its key, where all before it is known
         */
        record Bypass(Optional<StepKey> key) implements Step {}

        /** A step before it has to be run first. */
        record Blocked() implements Step {}
    }
}
