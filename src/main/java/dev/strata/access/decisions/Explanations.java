package dev.strata.access.decisions;

import dev.strata.access.callers.Caller;
import dev.strata.access.callers.KnownCallers;
import dev.strata.access.grants.Grants;
import dev.strata.access.policy.CurrentPolicy;
import dev.strata.access.rights.RepositoryRights;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Service;

/** Says whether somebody may do something, and by which grant. */
@Service
public class Explanations {

    private final CurrentPolicy policy;
    private final ObjectProvider<KnownCallers> known;

    Explanations(CurrentPolicy policy, ObjectProvider<KnownCallers> known) {
        this.policy = policy;
        this.known = known;
    }

    /** @throws RegistryException PARAMETER_INVALID where nobody can be such a one */
    public ExplainedDecision explain(Asked asked) {
        Caller caller = caller(asked);
        Grants grants = policy.now().grants();
        RepositoryRights rights = grants.of(caller, asked.on());
        boolean allowed = rights.allow(asked.may())
                && asked.scope().map(rights::allowWriting).orElse(true);
        List<ExplainedDecision.By> by = grants.allowing(caller, asked.on(), asked.may(), asked.scope()).stream()
                .map(grant -> new ExplainedDecision.By(grant.name(), grant.toString()))
                .toList();
        return new ExplainedDecision(allowed, by, because(caller, allowed, by));
    }

    private static String because(Caller caller, boolean allowed, List<ExplainedDecision.By> by) {
        if (caller.isAdministrator()) {
            return "it is an administrator";
        }
        if (caller.terms().isPresent()) {
            return allowed
                    ? "it was made for that or is granted it, and its maker may do it too"
                    : "it was not made for that, or its maker may not do it";
        }
        return allowed ? "it is granted" : by.isEmpty() ? "nothing grants it" : "the scope is not granted";
    }

    private Caller caller(Asked asked) {
        String as = asked.as();
        if (as.equals("anonymous")) {
            return Caller.ANONYMOUS;
        }
        int colon = as.indexOf(':');
        String name = as.substring(colon + 1);
        return switch (colon < 0 ? "" : as.substring(0, colon)) {
            case "account" -> named(Caller.Kind.ACCOUNT, name);
            case "person" -> named(Caller.Kind.PERSON, name);
            case "robot" -> named(Caller.Kind.ROBOT, name);
            case "certificate" -> named(Caller.Kind.CERTIFICATE, name);
            case "group" -> new Caller(
                    Caller.Kind.ACCOUNT, "", "", Set.of(name), Map.of(), Optional.empty(), Optional.empty());
            case "issuer" -> new Caller(
                    Caller.Kind.WORKLOAD,
                    "",
                    name,
                    Set.of(),
                    claims(asked.claims()),
                    Optional.empty(),
                    Optional.empty());
            default -> throw new RegistryException(
                    Problem.PARAMETER_INVALID,
                    "as is account:, person:, robot:, group:, certificate: or issuer: and a name, or anonymous",
                    Map.of("parameter", "as", "value", as));
        };
    }

    /** Somebody who is not known yet may be granted something, too. */
    private Caller named(Caller.Kind kind, String name) {
        return Optional.ofNullable(known.getIfAvailable())
                .flatMap(callers -> callers.find(kind, name))
                .orElseGet(() -> Caller.of(kind, name));
    }

    private static Map<String, List<String>> claims(List<String> written) {
        Map<String, List<String>> claims = new HashMap<>();
        for (String claim : written) {
            int equals = claim.indexOf('=');
            if (equals > 0) {
                claims.computeIfAbsent(claim.substring(0, equals), name -> new ArrayList<>())
                        .add(claim.substring(equals + 1));
            }
        }
        return claims;
    }
}
