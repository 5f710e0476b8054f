package dev.strata.access.policy.http;

import dev.strata.access.decisions.Asked;
import dev.strata.access.decisions.ExplainedDecision;
import dev.strata.access.decisions.Explanations;
import dev.strata.access.endpoints.Needs;
import dev.strata.access.rights.Action;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.MediaType;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Whether somebody may do something, and by which grant. */
@RestController
class ExplainController {

    private final Explanations explanations;

    ExplainController(Explanations explanations) {
        this.explanations = explanations;
    }

    /**
     * Of {@code claim}, which is a claim of an issuer's token, there may be several, each as {@code name=value}.
     *
     * @param as who it would be: {@code account:alice}, {@code robot:ci}, {@code group:web}, {@code certificate:CN=a},
     *     {@code issuer:https://…}, or {@code anonymous}
     * @param scope of the cache, with the right {@code cache}
     */
    @Needs(Action.ADMIN)
    @GetMapping(path = "/api/access/explain", produces = MediaType.APPLICATION_JSON_VALUE)
    ExplainedDecision explain(
            @RequestParam String as,
            @RequestParam String on,
            @RequestParam String may,
            @RequestParam Optional<String> scope,
            @RequestParam MultiValueMap<String, String> query) {
        Action action = Action.of(may)
                .orElseThrow(() -> new RegistryException(
                        Problem.PARAMETER_INVALID,
                        "may is one of " + List.of(Action.values()),
                        Map.of("parameter", "may", "value", may)));
        return explanations.explain(new Asked(as, query.getOrDefault("claim", List.of()), RepositoryName.of(on), action, scope));
    }
}
