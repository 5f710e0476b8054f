package dev.strata.access.policy;

import dev.strata.access.grants.ClaimPattern;
import dev.strata.access.grants.Grant;
import dev.strata.access.grants.Grants;
import dev.strata.access.grants.ScopeTemplate;
import dev.strata.access.grants.Subject;
import dev.strata.access.rights.Action;
import dev.strata.access.rights.Glob;
import dev.strata.access.rights.InvalidGrantException;
import dev.strata.access.rules.Quota;
import dev.strata.access.rules.Quotas;
import dev.strata.access.rules.RuleDocument;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** Reads a policy as it is written in a file. */
final class PolicyReader extends RuleDocument {

    /** An alias can stand for very many. */
    private static final int MOST_GRANTS = 20_000;

    private PolicyReader() {}

    /**
     * @param where it stands, for what is said of it
     * @throws PolicyException
     */
    static Policy read(String where, String text) {
        PolicyReader reader = new PolicyReader();
        Policy policy = reader.read(text, Policy.NONE, reader::policy);
        if (!reader.faults().isEmpty()) {
            throw new PolicyException(where, reader.faults());
        }
        return policy;
    }

    private Policy policy(@Nullable Node root) {
        if (root == null) {
            return Policy.NONE; // an empty file: nothing is granted
        }
        Map<String, Node> fields = fields(root, Set.of("grants", "immutable", "quotas"));
        List<Grant> grants = new ArrayList<>();
        for (Node grant : elements(fields.get("grants"))) {
            grants.addAll(attempt(grant, this::grants).orElse(List.of()));
            if (grants.size() > MOST_GRANTS) {
                fault(grant, "there are more than " + MOST_GRANTS + " grants, each of those in a list of who counted");
                return Policy.NONE;
            }
        }
        List<ImmutableTags> immutable = new ArrayList<>();
        for (Node rule : elements(fields.get("immutable"))) {
            attempt(rule, this::immutable).ifPresent(immutable::add);
        }
        List<Quota> quotas = new ArrayList<>();
        for (Node quota : elements(fields.get("quotas"))) {
            attempt(quota, this::quota).ifPresent(quotas::add);
        }
        if (quotas.size() > Quotas.MOST) {
            fault(root, "there are more than " + Quotas.MOST + " quotas");
        }
        return new Policy(new Grants(grants), immutable, quotas);
    }

    /** One for each of those to whom it is given. */
    private List<Grant> grants(Node node) {
        Map<String, Node> fields = fields(node, Set.of("who", "on", "may", "cache"));
        Set<Action> may = EnumSet.noneOf(Action.class);
        for (Node word : elements(required(node, fields, "may"))) {
            Action.of(text(word)).ifPresentOrElse(may::add, () -> fault(word, "'" + text(word) + "' is no right: they are "
                    + List.of(Action.values())));
        }
        boolean isEverywhere = may.contains(Action.ADMIN) && !fields.containsKey("on");
        List<Glob> on = isEverywhere ? List.of(Grant.EVERYWHERE) : globs(required(node, fields, "on"));
        List<ScopeTemplate> cache = new ArrayList<>();
        for (Node scope : elements(fields.get("cache"))) {
            attempt(scope, template -> new ScopeTemplate(text(template))).ifPresent(cache::add);
        }
        List<Subject> subjects = new ArrayList<>();
        for (Node who : elements(required(node, fields, "who"))) {
            attempt(who, this::subject).ifPresent(subjects::add);
        }
        if (may.isEmpty() || on.isEmpty() || subjects.isEmpty()) {
            fault(node, "a grant says who may do what on which repositories");
            return List.of();
        }
        String name = "line " + line(node);
        return subjects.stream().map(who -> new Grant(name, who, on, may, cache)).toList();
    }

    private Subject subject(Node node) {
        if (node instanceof ScalarNode word) {
            return Subject.of(word.getValue());
        }
        Map<String, Node> fields = fields(node, Set.of("issuer", "claims"));
        Map<String, List<ClaimPattern>> claims = new HashMap<>();
        fields(fields.get("claims"), Set.of()).forEach((name, patterns) -> {
            List<ClaimPattern> read = new ArrayList<>();
            for (Node pattern : elements(patterns)) {
                attempt(pattern, written -> ClaimPattern.of(text(written))).ifPresent(read::add);
            }
            claims.put(name, read);
        });
        return new Subject.Issuer(text(required(node, fields, "issuer")), claims);
    }

    private ImmutableTags immutable(Node node) {
        Map<String, Node> fields = fields(node, Set.of("on", "tags"));
        return new ImmutableTags(
                "line " + line(node), globs(required(node, fields, "on")), globs(required(node, fields, "tags")));
    }

    private Quota quota(Node node) {
        Map<String, Node> fields = fields(node, Set.of("on", "bytes"));
        List<Glob> on = globs(required(node, fields, "on"));
        String size = text(required(node, fields, "bytes"));
        try {
            return new Quota("line " + line(node), on, DataSize.parse(size).toBytes());
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new InvalidGrantException("'" + size + "' is no size such as 100GB", e);
        }
    }
}
