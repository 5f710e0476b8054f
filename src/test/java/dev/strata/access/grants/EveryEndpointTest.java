package dev.strata.access.grants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.access.TestCallers;
import dev.strata.problem.ErrorCode;
import dev.strata.testing.Answer;
import dev.strata.testing.RegistryClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Every endpoint that there is, asked by everybody, with every right. */
@WithRules
class EveryEndpointTest {

    private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

    /** What each endpoint needs. One that is added to the registry has to be added here. */
    private static final String NEEDED = """
            GET    /                                         | open
            GET    /api/openapi.yaml                         | open
            GET    /docs/layer-cache.md                      | open
            GET    /v2                                       | client
            GET    /v2/                                      | client
            GET    /v2/_catalog                              | client
            GET    /v2/_oci/ext/discover                     | client
            GET    /{*name}/_oci/ext/discover                | pull
            GET    /{*name}/tags/list                        | pull
            GET    /{*name}/referrers/{digest}               | pull
            GET    /{*name}/manifests/{reference}            | pull
            HEAD   /{*name}/manifests/{reference}            | pull
            PUT    /{*name}/manifests/{reference}            | push
            DELETE /{*name}/manifests/{reference}            | delete
            GET    /{*name}/blobs/{digest:(?!uploads$).+}    | pull
            HEAD   /{*name}/blobs/{digest:(?!uploads$).+}    | pull
            DELETE /{*name}/blobs/{digest:(?!uploads$).+}    | delete
            POST   /{*name}/blobs/uploads                    | push
            POST   /{*name}/blobs/uploads/                   | push
            GET    /{*name}/blobs/uploads/{id}               | push
            PATCH  /{*name}/blobs/uploads/{id}               | push
            PUT    /{*name}/blobs/uploads/{id}               | push
            DELETE /{*name}/blobs/uploads/{id}               | push
            GET    /{*name}/_strata/cache/layer              | pull
            HEAD   /{*name}/_strata/cache/layer              | pull
            GET    /{*name}/_strata/cache/stats              | pull
            POST   /{*name}/_strata/cache/resolve            | pull
            POST   /{*name}/_strata/cache/explain            | pull
            POST   /{*name}/_strata/cache/missing            | pull
            GET    /{*name}/_strata/cache/entries/{key}      | pull
            HEAD   /{*name}/_strata/cache/entries/{key}      | pull
            PUT    /{*name}/_strata/cache/entries/{key}      | cache
            DELETE /{*name}/_strata/cache/entries/{key}      | cache
            DELETE /{*name}/_strata/cache/entries            | cache
            PUT    /{*name}/_strata/cache/leases/{id}        | cache
            DELETE /{*name}/_strata/cache/leases/{id}        | cache
            GET    /api/access/audit                         | admin
            GET    /api/access/explain                       | admin
            GET    /api/access/grants                        | admin
            POST   /api/access/grants                        | admin
            DELETE /api/access/grants/{id}                   | admin
            GET    /api/access/immutable                     | admin
            POST   /api/access/immutable                     | admin
            DELETE /api/access/immutable/{id}                | admin
            GET    /api/savings                              | totals
            GET    /api/savings/history                      | totals
            GET    /api/savings/repositories                 | client
            GET    /api/savings/repositories/{*path}         | pull
            POST   /api/savings/freed                        | client
            GET    /api/savings/layers                       | totals
            GET    /api/savings/bases                        | totals
            GET    /api/savings/work                         | admin
            GET    /api/savings/blobs/{digest}               | client
            """;

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

    private final Map<String, String> needed = new TreeMap<>();

    @BeforeEach
    void prepare() {
        NEEDED.lines().map(line -> line.split("\\|")).forEach(parts -> needed.put(
                parts[0].strip().replaceAll("\\s+", " "), parts[1].strip()));
        registry.pushImage("matrix/web", "v1", 1);
    }

    private Set<String> endpoints() {
        Set<String> endpoints = new TreeSet<>();
        mapping.getHandlerMethods().forEach((info, handler) -> info.getPatternValues().forEach(pattern -> {
            assertThat(info.getMethodsCondition().getMethods()).as("methods of %s", handler).isNotEmpty();
            info.getMethodsCondition().getMethods().forEach(method -> endpoints.add(method + " " + pattern));
        }));
        return endpoints;
    }

    @Test
    void everyEndpointIsHere() {
        assertThat(endpoints()).isEqualTo(needed.keySet());
    }

    @Test
    void whoeverLacksARightIsRefusedAndWhoHasItIsNot() {
        List<String> failures = new ArrayList<>();
        for (String rights : RIGHTS) {
            for (String caller : CALLERS) {
                policy.become(policy(caller, rights));
                for (String endpoint : needed.keySet()) {
                    check(endpoint, caller, rights, failures, TestCallers.CALLER, caller);
                }
            }
        }
        assertThat(failures).isEmpty();
    }

    /** A token carries rights; what is granted meanwhile does not matter, but for what is said of a token that lacks one. */
    @Test
    void aTokenIsHeldToWhatItCarries() {
        List<String> failures = new ArrayList<>();
        for (String rights : RIGHTS) {
            if (rights.equals("admin")) {
                continue;
            }
            String token = rights.equals("none") ? "" : "matrix/web=" + rights.replace("cache", "cache:main");
            for (String caller : CALLERS) {
                policy.become(policy(caller, "pull,push,delete,cache,maintain"));
                for (String endpoint : needed.keySet()) {
                    checkToken(endpoint, rights, failures, TestCallers.CALLER, caller, TestCallers.TOKEN, token);
                }
            }
        }
        assertThat(failures).isEmpty();
    }

    private static String policy(String caller, String rights) {
        if (rights.equals("none")) {
            return "";
        }
        String[] words = caller.split(" ");
        String who = switch (words[0]) {
            case "anonymous" -> "anonymous";
            case "workload" -> "{issuer: '" + words[1] + "', claims: {repository: acme/web}}";
            default -> "'" + words[0] + ":" + words[1] + "'";
        };
        return "grants: [{who: " + who + ", may: [" + rights + "]"
                + (rights.contains("cache") ? ", cache: [main]" : "")
                + (rights.equals("admin") ? "" : ", on: [matrix/web, matrix/absent]") + "}]";
    }

    private void check(String endpoint, String caller, String rights, List<String> failures, String... headers) {
        String need = needed.get(endpoint);
        boolean isAnonymous = caller.equals("anonymous");
        boolean isAdmin = rights.equals("admin");
        boolean mayRead = isAdmin || rights.contains("pull");
        boolean allowed = isAdmin
                || switch (need) {
                    case "open" -> true;
                    case "client" -> !isAnonymous;
                    case "totals" -> !isAnonymous;
                    default -> List.of(rights.split(",")).contains(need);
                };
        Answer answer = ask(endpoint, "matrix/web", headers);
        boolean refused = isRefused(bodyOf(endpoint, answer, headers));
        if (allowed == refused && !(need.equals("client") && isAnonymous && isAdmin)
                && !(need.equals("totals") && isAnonymous && isAdmin)) {
            failures.add(caller + " with " + rights + ": " + answer);
        }
        if (!allowed) {
            int expected = isAnonymous ? 401 : need.equals("admin") || mayRead ? 403 : 404;
            if (answer.status() != expected) {
                failures.add(caller + " with " + rights + " expects " + expected + ": " + answer);
            }
            if (isAnonymous != answer.find("WWW-Authenticate").isPresent()) {
                failures.add(caller + " with " + rights + " and the challenge: " + answer);
            }
            // What is not there looks just like what may not be read.
            Answer absent = ask(endpoint, "matrix/absent", headers);
            if (!mayRead && !plain(absent).equals(plain(answer).replace("matrix/web", "matrix/absent"))) {
                failures.add(answer + " but " + absent);
            }
        }
    }

    private void checkToken(String endpoint, String rights, List<String> failures, String... headers) {
        String need = needed.get(endpoint);
        boolean isAnonymous = headers[1].equals("anonymous");
        Answer answer = ask(endpoint, "matrix/web", headers);
        boolean allowed =
                switch (need) {
                    case "open", "client" -> true;
                    case "totals" -> !isAnonymous;
                    default -> List.of(rights.split(",")).contains(need);
                };
        if (allowed == isRefused(bodyOf(endpoint, answer, headers))) {
            failures.add(headers[1] + " with a token for " + rights + ": " + answer);
        }
        boolean mayGetAnother = !allowed && !need.equals("admin") && !need.equals("totals");
        if (mayGetAnother && !answer.find("WWW-Authenticate").orElse("").contains("error=\"insufficient_scope\"")) {
            failures.add(headers[1] + " with a token for " + rights + " and no other one: " + answer);
        }
    }

    /** An answer to HEAD does not say what was unknown. */
    private Answer bodyOf(String endpoint, Answer answer, String... headers) {
        return endpoint.startsWith("HEAD ") ? ask(endpoint.replace("HEAD ", "GET "), "matrix/web", headers) : answer;
    }

    /** A digest that is not there is unknown too, but not its repository. */
    private static boolean isRefused(Answer answer) {
        return answer.status() == 401
                || answer.status() == 403
                || answer.text().contains(ErrorCode.NAME_UNKNOWN.name());
    }

    private static String plain(Answer answer) {
        return answer.status() + " " + answer.find("WWW-Authenticate").orElse("") + " "
                + answer.find("Content-Type").orElse("") + " " + answer.text();
    }

    private Answer ask(String endpoint, String repository, String... headers) {
        String[] parts = endpoint.split(" ", 2);
        String path = parts[1]
                .replace("/{*name}", "/v2/" + repository)
                .replace("/{*path}", "/" + repository + "/tags")
                .replaceAll("\\{digest[^}]*}", DIGEST)
                .replace("{reference}", "v1")
                .replace("{key}", DIGEST)
                .replace("{id}", "00000000-0000-4000-8000-000000000000")
                + (parts[0].equals("DELETE") && parts[1].contains("entries") ? "?scope=main" : "");
        return parts[0].equals("HEAD")
                ? registry.head(path, headers)
                : registry.send(parts[0], path, BodyPublishers.noBody(), headers);
    }
}
