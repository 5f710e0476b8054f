package dev.strata.access.endpoints;

import dev.strata.access.policy.TestPolicy;
import dev.strata.access.policy.WithRules;
import dev.strata.access.callers.TestCallers;
import dev.strata.testing.Answer;
import dev.strata.testing.RegistryClient;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Every endpoint that there is, asked by everybody, with every right. */
@WithRules
class EveryEndpointTest {

    private static final List<String> RIGHTS =
            List.of("none", "pull", "push", "delete", "cache", "maintain", "pull,push", "pull,cache", "admin");

    private static final List<String> CALLERS = List.of(
            "anonymous", "account alice developers", "robot ci", "workload https://issuer repository=acme/web",
            "certificate CN=agent");

    @Autowired
    RegistryClient registry;

    @Autowired
    TestPolicy policy;

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    RequestMappingHandlerMapping mapping;

    private EndpointMatrix matrix;

    @BeforeEach
    void prepare() {
        matrix = new EndpointMatrix(registry, false);
        registry.pushImage("matrix/web", "v1", 1);
    }

    @Test
    void everyEndpointIsHere() {
        matrix.isOfAllThatAreServed(mapping);
    }

    @Test
    void whoeverLacksARightIsRefusedAndWhoHasItIsNot() {
        for (String rights : RIGHTS) {
            for (String caller : CALLERS) {
                policy.become(policy(caller, rights));
                for (String endpoint : matrix.endpoints()) {
                    matrix.check(endpoint, caller, rights, TestCallers.CALLER, caller);
                }
            }
        }
        matrix.hasNoFailures();
    }

    /** A token carries rights; what is granted meanwhile does not matter, but for what is said of a token that lacks one. */
    @Test
    void aTokenIsHeldToWhatItCarries() {
        for (String rights : RIGHTS) {
            if (rights.equals("admin")) {
                continue;
            }
            String token = rights.equals("none") ? "" : "matrix/web=" + rights.replace("cache", "cache:main");
            for (String caller : CALLERS) {
                policy.become(policy(caller, "pull,push,delete,cache,maintain"));
                for (String endpoint : matrix.endpoints()) {
                    checkToken(endpoint, rights, TestCallers.CALLER, caller, TestCallers.TOKEN, token);
                }
            }
        }
        matrix.hasNoFailures();
    }

    private static String policy(String caller, String rights) {
        String[] words = caller.split(" ");
        String who = switch (words[0]) {
            case "anonymous" -> "anonymous";
            case "workload" -> "{issuer: '" + words[1] + "', claims: {repository: acme/web}}";
            default -> "'" + words[0] + ":" + words[1] + "'";
        };
        return EndpointMatrix.policy(who, rights);
    }

    private void checkToken(String endpoint, String rights, String... headers) {
        String need = matrix.need(endpoint);
        boolean isAnonymous = headers[1].equals("anonymous");
        Answer answer = matrix.ask(endpoint, "matrix/web", headers);
        boolean allowed =
                switch (need) {
                    case "open", "client" -> true;
                    case "totals" -> !isAnonymous;
                    default -> EndpointMatrix.isEnough(rights, need);
                };
        if (allowed == EndpointMatrix.isRefused(matrix.bodyOf(endpoint, answer, headers))) {
            matrix.fail(headers[1] + " with a token for " + rights + ": " + answer);
        }
        boolean mayGetAnother = !allowed && !need.equals("admin") && !need.equals("totals");
        if (mayGetAnother && !answer.find("WWW-Authenticate").orElse("").contains("error=\"insufficient_scope\"")) {
            matrix.fail(headers[1] + " with a token for " + rights + " and no other one: " + answer);
        }
    }
}
