package dev.strata.upkeep.retention.rules;

import dev.strata.access.rights.InvalidGrantException;
import dev.strata.access.rules.RuleDocument;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;
import org.yaml.snakeyaml.nodes.Node;

/** Reads rules of retention as they are written in a file, or one of them as it is kept in the database. */
final class RuleReader extends RuleDocument {

    static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]{0,127}");

    /** A walk through a repository asks each of them of each image. */
    static final int MOST_RULES = 100;

    private static final int MOST_CLAUSES = 10;
    private static final int MOST_PATTERNS = 100;
    private static final int LARGEST_COUNT = 1_000_000_000;

    private static final Set<String> KEEP = Set.of("tags", "newest", "pushed-within", "pulled-within");
    private static final Set<String> REMOVE =
            Set.of("tags", "older-than", "not-pulled-since", "untagged-since", "more-than", "above");

    private RuleReader() {}

    /** @throws InvalidRulesException with everything that is wrong */
    static List<RetentionRule> readAll(String where, String text) {
        RuleReader reader = new RuleReader();
        List<RetentionRule> rules = reader.read(text, List.of(), reader::rules);
        return reader.checked(where, rules);
    }

    /** @throws InvalidRulesException with everything that is wrong */
    static RetentionRule readOne(String name, String text) {
        RuleReader reader = new RuleReader();
        List<RetentionRule> rules = reader.read(text, List.of(), root -> {
            if (root == null) {
                throw new InvalidRulesException(name, List.of("it is empty"));
            }
            return reader.attempt(root, node -> reader.rule(node, name)).stream().toList();
        });
        return reader.checked(name, rules).getFirst();
    }

    private List<RetentionRule> checked(String where, List<RetentionRule> rules) {
        if (!faults().isEmpty()) {
            throw new InvalidRulesException(where, faults());
        }
        return rules;
    }

    private List<RetentionRule> rules(@Nullable Node root) {
        List<RetentionRule> rules = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Node node : elements(fields(root, Set.of("retention")).get("retention"))) {
            attempt(node, rule -> rule(rule, null)).ifPresent(rules::add);
            if (rules.size() > MOST_RULES) {
                fault(node, "there are more than " + MOST_RULES + " rules");
                return List.of();
            }
            if (!rules.isEmpty() && names.size() < rules.size() && !names.add(rules.getLast().name())) {
                fault(node, "there is another rule of this name");
            }
        }
        return rules;
    }

    /** @param given its name, where that does not stand in it */
    private RetentionRule rule(Node node, @Nullable String given) {
        Map<String, Node> fields = fields(
                node,
                given == null
                        ? Set.of("name", "on", "keep", "remove", "unattended")
                        : Set.of("on", "keep", "remove", "unattended"));
        String name = given == null ? text(required(node, fields, "name")) : given;
        if (!NAME.matcher(name).matches()) {
            throw new InvalidGrantException("a rule's name has letters, digits, '.', '_' and '-', 128 at the most");
        }
        String unattended = fields.containsKey("unattended") ? text(fields.get("unattended")) : "false";
        if (!unattended.equals("true") && !unattended.equals("false")) {
            throw new InvalidGrantException("unattended is true or false");
        }
        RetentionRule rule = new RetentionRule(
                name,
                globs(required(node, fields, "on")),
                clauses(fields.get("keep"), KEEP),
                clauses(fields.get("remove"), REMOVE),
                unattended.equals("true"));
        if (rule.on().isEmpty() || rule.on().size() > MOST_PATTERNS) {
            throw new InvalidGrantException("a rule is on 1 to " + MOST_PATTERNS + " patterns of repositories");
        }
        if (rule.keep().isEmpty() && rule.remove().isEmpty()) {
            throw new InvalidGrantException("a rule says what to keep or what to remove");
        }
        return rule;
    }

    private List<Clause> clauses(@Nullable Node list, Set<String> known) {
        List<Clause> clauses = new ArrayList<>();
        for (Node node : elements(list)) {
            attempt(node, written -> clause(written, known)).ifPresent(clauses::add);
        }
        if (clauses.size() > MOST_CLAUSES) {
            throw new InvalidGrantException("a rule keeps for " + MOST_CLAUSES + " reasons at the most, and so it removes");
        }
        return clauses;
    }

    private Clause clause(Node node, Set<String> known) {
        Map<String, Node> fields = fields(node, known);
        // In one order, however they are written: the rule is the same.
        Clause clause = new Clause(Stream.of(
                        "tags", "newest", "more-than", "older-than", "pushed-within", "pulled-within",
                        "not-pulled-since", "untagged-since", "above")
                .filter(fields::containsKey)
                .map(name -> condition(name, fields.get(name)))
                .toList());
        if (clause.conditions().isEmpty()) {
            throw new InvalidGrantException("here is one of " + known.stream().sorted().toList());
        }
        if (known == REMOVE && clause.conditions().size() == 1 && clause.conditions().getFirst() instanceof Condition.Tags) {
            throw new InvalidGrantException("tags alone remove nothing: say how old, or how many");
        }
        if (clause.budget().isPresent() && clause.conditions().size() > 1) {
            throw new InvalidGrantException("above stands alone");
        }
        if (fields.containsKey("untagged-since") && fields.containsKey("tags")) {
            throw new InvalidGrantException("what is untagged has no tags");
        }
        return clause;
    }

    private Condition condition(String name, Node node) {
        return switch (name) {
            case "tags" -> {
                var patterns = globs(node);
                if (patterns.isEmpty() || patterns.size() > MOST_PATTERNS) {
                    throw new InvalidGrantException("tags are 1 to " + MOST_PATTERNS + " patterns");
                }
                yield new Condition.Tags(patterns);
            }
            case "newest" -> new Condition.Newest(count(node));
            case "more-than" -> new Condition.MoreThan(count(node));
            case "older-than" -> age(node, Condition.OlderThan::new);
            case "pushed-within" -> age(node, Condition.PushedWithin::new);
            case "pulled-within" -> age(node, Condition.PulledWithin::new);
            case "not-pulled-since" -> age(node, Condition.NotPulledSince::new);
            case "untagged-since" -> age(node, Condition.UntaggedSince::new);
            case "above" -> new Condition.Above(bytes(node));
            default -> throw new IllegalArgumentException(name);
        };
    }

    private <T> T age(Node node, Function<Duration, T> condition) {
        return condition.apply(Ages.of(text(node)));
    }

    private int count(Node node) {
        String text = text(node);
        try {
            int count = Integer.parseInt(text);
            if (count >= 1 && count <= LARGEST_COUNT) {
                return count;
            }
        } catch (NumberFormatException e) {
            // it is none
        }
        throw new InvalidGrantException("'" + text + "' is no number of images");
    }

    private long bytes(Node node) {
        String text = text(node);
        try {
            long bytes = DataSize.parse(text).toBytes();
            if (bytes >= 0) {
                return bytes;
            }
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new InvalidGrantException("'" + text + "' is no size such as 100GB", e);
        }
        throw new InvalidGrantException("'" + text + "' is no size such as 100GB");
    }
}
