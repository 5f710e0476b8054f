package dev.strata.access.endpoints;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.problem.ErrorCode;
import dev.strata.testing.Answer;
import dev.strata.testing.RegistryClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Every endpoint that there is, and what it needs. */
final class EndpointMatrix {

    private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

    /** What each endpoint needs. One that is added to the registry has to be added here. */
    private static final String ALWAYS = """
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
            POST   /{*name}/blobs/uploads                    | push or cache
            POST   /{*name}/blobs/uploads/                   | push or cache
            GET    /{*name}/blobs/uploads/{id}               | push or cache
            PATCH  /{*name}/blobs/uploads/{id}               | push or cache
            PUT    /{*name}/blobs/uploads/{id}               | push or cache
            DELETE /{*name}/blobs/uploads/{id}               | push or cache
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
            GET    /api/access/session                       | open
            GET    /api/access/audit                         | admin
            GET    /api/access/explain                       | admin
            GET    /api/access/grants                        | admin
            POST   /api/access/grants                        | admin
            DELETE /api/access/grants/{id}                   | admin
            GET    /api/access/immutable                     | admin
            POST   /api/access/immutable                     | admin
            DELETE /api/access/immutable/{id}                | admin
            GET    /api/access/quotas                        | admin
            POST   /api/access/quotas                        | admin
            DELETE /api/access/quotas/{id}                   | admin
            GET    /api/repositories/{*tagged}               | pull
            POST   /api/repositories/{*tagged}               | push
            GET    /api/upkeep                               | totals
            GET    /api/upkeep/waiting                       | client
            GET    /api/upkeep/deletions                     | client
            POST   /api/upkeep/deletions/{id}/restore        | client
            POST   /api/upkeep/empty                         | admin
            GET    /api/savings                              | totals
            GET    /api/savings/history                      | totals
            GET    /api/savings/repositories                 | client
            GET    /api/savings/repositories/{*path}         | pull
            POST   /api/savings/freed                        | client
            GET    /api/savings/layers                       | totals
            GET    /api/savings/bases                        | totals
            GET    /api/savings/work                         | admin
            GET    /api/savings/blobs/{digest}               | client
            GET    /api/upkeep/damage                        | admin
            GET    /api/upkeep/retention/rules               | admin
            GET    /api/upkeep/retention/rules/{name}        | admin
            PUT    /api/upkeep/retention/rules/{name}        | admin
            DELETE /api/upkeep/retention/rules/{name}        | admin
            POST   /api/upkeep/retention/preview             | admin
            GET    /api/upkeep/retention/plans               | admin
            GET    /api/upkeep/retention/plans/{id}          | admin
            POST   /api/upkeep/retention/plans/{id}/run      | admin
            GET    /api/upkeep/retention/runs                | admin
            POST   /api/upkeep/retention/runs/{id}/undo      | admin
            PUT    /api/upkeep/in-use/{source}               | client
            """;

    /** What is there only where people sign in. For all that needs a secret, a token made of one is not enough. */
    private static final String WITH_LOGIN = """
            GET    /auth/token                               | open to secrets
            POST   /auth/token                               | open
            POST   /auth/revoke                              | open
            GET    /api/access/me                            | open
            PUT    /api/access/me/password                   | login
            POST   /api/access/session                       | open
            DELETE /api/access/session                       | open
            GET    /api/access/login/{issuer}                | open
            GET    /api/access/login/{issuer}/callback       | open
            GET    /api/access/people                        | admin
            DELETE /api/access/people/{id}                   | admin
            GET    /api/access/accounts                      | admin
            POST   /api/access/accounts                      | admin
            PATCH  /api/access/accounts/{account}            | admin
            DELETE /api/access/accounts/{account}            | admin
            DELETE /api/access/accounts/{account}/tokens     | admin
            GET    /api/access/robots                        | login
            POST   /api/access/robots                        | secret
            POST   /api/access/robots/{robot}/secrets        | secret
            DELETE /api/access/robots/{robot}                | secret
            """;

    private final RegistryClient registry;
    private final Map<String, String> needed = new TreeMap<>();
    private final List<String> failures = new ArrayList<>();

    EndpointMatrix(RegistryClient registry, boolean hasLogin) {
        this.registry = registry;
        (hasLogin ? ALWAYS + WITH_LOGIN : ALWAYS).lines().map(line -> line.split("\\|")).forEach(parts -> needed.put(
                parts[0].strip().replaceAll("\\s+", " "), parts[1].strip()));
    }

    Set<String> endpoints() {
        return needed.keySet();
    }

    String need(String endpoint) {
        return needed.getOrDefault(endpoint, "");
    }

    /** Whether a token does what the secret does of which it was made. */
    boolean takesToken(String endpoint, String rights) {
        return switch (need(endpoint)) {
            case "open to secrets" -> false;
            case "secret" -> rights.equals("admin");
            default -> true;
        };
    }

    void fail(String failure) {
        failures.add(failure);
    }

    void hasNoFailures() {
        assertThat(failures).isEmpty();
    }

    void isOfAllThatAreServed(RequestMappingHandlerMapping mapping) {
        Set<String> served = new TreeSet<>();
        mapping.getHandlerMethods().forEach((info, handler) -> info.getPatternValues().forEach(pattern -> {
            assertThat(info.getMethodsCondition().getMethods()).as("methods of %s", handler).isNotEmpty();
            info.getMethodsCondition().getMethods().forEach(method -> served.add(method + " " + pattern));
        }));
        assertThat(served).isEqualTo(needed.keySet());
    }

    /** Whether one of some rights is one of those of which any is enough. */
    static boolean isEnough(String rights, String need) {
        return !Collections.disjoint(List.of(rights.split(",")), List.of(need.split(" or ")));
    }

    /** A policy that gives somebody rights on both repositories. */
    static String policy(String who, String rights) {
        if (rights.equals("none")) {
            return "";
        }
        return "grants: [{who: " + who + ", may: [" + rights + "]"
                + (rights.contains("cache") ? ", cache: [main]" : "")
                + (rights.equals("admin") ? "" : ", on: [matrix/web, matrix/absent]") + "}]";
    }

    /**
     * Asks for an endpoint, and notes what is not as it has to be.
     *
     * @param caller in words; {@code anonymous} for whoever shows nothing
     * @param rights that are granted to the caller, on both repositories
     * @param headers that say who it is
     */
    void check(String endpoint, String caller, String rights, String... headers) {
        String need = need(endpoint);
        boolean isAnonymous = caller.equals("anonymous");
        boolean isAdmin = rights.equals("admin");
        boolean mayRead = isAdmin || rights.contains("pull");
        boolean allowed = isAdmin
                || switch (need) {
                    case "open", "open to secrets" -> true;
                    case "client", "login", "secret", "totals" -> !isAnonymous;
                    default -> isEnough(rights, need);
                };
        Answer answer = ask(endpoint, "matrix/web", headers);
        boolean refused = isRefused(bodyOf(endpoint, answer, headers));
        boolean isForKnown = need.equals("client") || need.equals("login") || need.equals("secret") || need.equals("totals");
        if (allowed == refused && !(isForKnown && isAnonymous && isAdmin)) {
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

    /** An answer to HEAD does not say what was unknown. */
    Answer bodyOf(String endpoint, Answer answer, String... headers) {
        return endpoint.startsWith("HEAD ") ? ask(endpoint.replace("HEAD ", "GET "), "matrix/web", headers) : answer;
    }

    /** A digest that is not there is unknown too, but not its repository. */
    static boolean isRefused(Answer answer) {
        return answer.status() == 401
                || answer.status() == 403
                || answer.text().contains(ErrorCode.NAME_UNKNOWN.name());
    }

    private static String plain(Answer answer) {
        return answer.status() + " " + answer.find("WWW-Authenticate").orElse("") + " "
                + answer.find("Content-Type").orElse("") + " " + answer.text();
    }

    Answer ask(String endpoint, String repository, String... headers) {
        String[] parts = endpoint.split(" ", 2);
        String path = parts[1]
                .replace("/{*name}", "/v2/" + repository)
                .replace("/{*path}", "/" + repository + "/tags")
                .replace("/{*tagged}", "/" + repository + "/tags/v1/" + (parts[0].equals("GET") ? "history" : "restore"))
                .replaceAll("\\{digest[^}]*}", DIGEST)
                .replace("{reference}", "v1")
                .replace("{key}", DIGEST)
                .replace("{account}", "nobody")
                .replace("{name}", "nobody")
                .replace("{source}", "nobody")
                .replace("{robot}", "nobody")
                .replace("{issuer}", "nobody")
                .replace("{id}", "00000000-0000-4000-8000-000000000000")
                + (parts[0].equals("DELETE") && parts[1].contains("entries") ? "?scope=main" : "");
        return parts[0].equals("HEAD")
                ? registry.head(path, headers)
                : registry.send(parts[0], path, BodyPublishers.noBody(), headers);
    }
}
