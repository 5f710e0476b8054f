package dev.strata.upkeep.retention.plans;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.upkeep.retention.rules.Clause;
import dev.strata.upkeep.retention.rules.RetentionRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Rules as a plan takes them.
 *
 * @param removing the keys of those that may remove something; all of them keep
 */
public record RuleSet(List<RetentionRule> rules, Set<String> removing) {

    public RuleSet {
        rules = List.copyOf(rules);
        removing = Set.copyOf(removing);
    }

    /** Stands for all rules as they are. */
    public static String key(List<RetentionRule> rules) {
        String keys = rules.stream().map(RetentionRule::key).sorted().collect(Collectors.joining(" "));
        return Digest.ofContent(DigestAlgorithm.SHA256, keys.getBytes(UTF_8)).hex();
    }

    /** A clause, and the rule that it is of. */
    public record Told(RetentionRule rule, Clause clause, boolean removes) {

        public Verdict verdict() {
            return new Verdict(
                    removes ? Verdict.Kind.REMOVE : Verdict.Kind.KEEP, Optional.of(rule.name()), clause.toString());
        }
    }

    /** What is said of a repository, in one order: what keeps, and then what removes. */
    public List<Told> on(String repository) {
        List<Told> told = new ArrayList<>();
        List<RetentionRule> those = rules.stream().filter(rule -> rule.isOn(repository)).toList();
        those.forEach(rule -> rule.keep().forEach(clause -> told.add(new Told(rule, clause, false))));
        those.stream()
                .filter(rule -> removing.contains(rule.key()))
                .forEach(rule -> rule.remove().forEach(clause -> told.add(new Told(rule, clause, true))));
        return told;
    }

    /** Whether anything may be removed there. */
    public boolean removeFrom(String repository) {
        return on(repository).stream().anyMatch(Told::removes);
    }

    /** The smallest number of bytes that a repository may have, and who says so. */
    public Optional<Told> budget(String repository) {
        return on(repository).stream()
                .filter(told -> told.clause().budget().isPresent())
                .min((one, other) -> Long.compare(bytes(one.clause().budget()), bytes(other.clause().budget())));
    }

    private static long bytes(OptionalLong budget) {
        return budget.orElse(Long.MAX_VALUE);
    }
}
