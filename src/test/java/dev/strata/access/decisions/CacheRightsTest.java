package dev.strata.access.decisions;

import static dev.strata.cache.http.CacheCalls.run;
import static dev.strata.cache.http.CacheCalls.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.access.policy.TestPolicy;
import dev.strata.access.policy.WithRules;
import dev.strata.access.callers.TestCallers;
import dev.strata.cache.http.CacheCalls;
import dev.strata.cache.http.TestLayer;
import dev.strata.problem.ErrorCode;
import dev.strata.step.Step;
import dev.strata.testing.Answer;
import dev.strata.testing.RegistryClient;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * Who writes what in the layer cache. A job of a pull request runs whatever its author wants; what it writes is used by
 * builds of main only if it can write where they read.
 */
@WithRules
class CacheRightsTest {

    private static final String JOB = "workload https://token.actions.githubusercontent.com repository=acme/web,ref=";
    private static final String PULL_REQUEST = JOB + "refs/pull/12/merge";
    private static final String OTHER_PULL_REQUEST = JOB + "refs/pull/13/merge";
    private static final String MAIN = JOB + "refs/heads/main";
    private static final String BRANCH = JOB + "refs/heads/feature";

    private static final String POLICY = """
            grants:
              - who:
                  issuer: https://token.actions.githubusercontent.com
                  claims: {repository: acme/web}
                on: cached/**
                may: [pull, push]
              - who:
                  issuer: https://token.actions.githubusercontent.com
                  claims:
                    repository: acme/web
                    ref: refs/pull/{pull_request}/merge
                on: cached/**
                may: cache
                cache: pr-{pull_request}
              - who:
                  issuer: https://token.actions.githubusercontent.com
                  claims:
                    repository: acme/web
                    ref: refs/heads/main
                on: cached/**
                may: cache
                cache: main
              - {who: "robot:cleaner", on: cached/**, may: [pull, cache], cache: "**"}
            """;

    @Autowired
    RegistryClient registry;

    @Autowired
    TestPolicy policy;

    @BeforeEach
    void grant() {
        policy.become(POLICY);
    }

    private static String[] as(String caller) {
        return new String[] {TestCallers.CALLER, caller};
    }

    @Test
    void aJobOfAPullRequestWritesItsOwnScopeAndMainIsWrittenByWhatBuiltMain() {
        CacheCalls cache = new CacheCalls(registry, "cached/story");
        Step step = step(Optional.empty(), run("make"));
        TestLayer poison = TestLayer.of(1);
        TestLayer good = TestLayer.of(2);

        assertThat(cache.commitIn("main", step, poison, as(PULL_REQUEST)))
                .isError(403, ErrorCode.DENIED, "scope", "main");
        assertThat(cache.commitIn("pr-13", step, poison, as(PULL_REQUEST)))
                .isError(403, ErrorCode.DENIED, "scope", "pr-13");
        assertThat(cache.commitIn("pr-12", step, poison, as(PULL_REQUEST))).isJson(201);
        assertThat(cache.commitIn("main", step, poison, as(BRANCH))).isError(403, ErrorCode.DENIED);

        // Builds of main do not see it, and neither do those of another pull request.
        assertThat(cache.get(step.key(), "?scopes=main", as(MAIN))).isJson(404);
        assertThat(cache.get(step.key(), "?scopes=pr-13,main", as(OTHER_PULL_REQUEST))).isJson(404);
        assertThat(cache.commitIn("main", step, good, as(MAIN))).isJson(201);
        // The pull request reads what main wrote.
        assertThat(cache.get(step.key(), "?scopes=main", as(PULL_REQUEST)))
                .hasHeader("Docker-Content-Digest", good.digest().toString());
        assertThat(registry.delete(cache.path("entries/" + step.key() + "?scope=main"), as(PULL_REQUEST)))
                .isError(403, ErrorCode.DENIED);
        assertThat(cache.get(step.key(), "?scopes=main", as(MAIN))).isJson(200);
    }

    @Test
    void leasesAreForWhoMayWriteTheirScope() {
        CacheCalls cache = new CacheCalls(registry, "cached/leases");
        registry.pushBlob(cache.repository(), TestLayer.of(1).content()); // it exists
        assertThat(lease(cache, "main", PULL_REQUEST)).isEmpty();
        assertThat(lease(cache, "main", BRANCH)).isEmpty();
        String id = lease(cache, "pr-12", PULL_REQUEST).orElseThrow();

        byte[] nothing = new byte[0];
        assertThat(registry.put(cache.path("leases/" + id), nothing, as(BRANCH))).isError(403, ErrorCode.DENIED);
        assertThat(registry.put(cache.path("leases/" + id), nothing, as(OTHER_PULL_REQUEST)))
                .isError(404, ErrorCode.LEASE_UNKNOWN);
        assertThat(registry.delete(cache.path("leases/" + id), as(OTHER_PULL_REQUEST)))
                .isError(404, ErrorCode.LEASE_UNKNOWN);
        assertThat(registry.put(cache.path("leases/" + id), nothing, as(PULL_REQUEST))).isJson(200);
        assertThat(registry.delete(cache.path("leases/" + id), as(PULL_REQUEST))).hasStatus(204);
    }

    private static Optional<String> lease(CacheCalls cache, String scope, String caller) {
        Answer missed = cache.get(
                step(Optional.empty(), run("lease")).key(), "?lease_ttl_s=60&scopes=" + scope, as(caller));
        assertThat(missed).isJson(404);
        return Optional.ofNullable(missed.json().get("lease")).map(lease -> lease.get("id").stringValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"entries/%K", "entries?builder=test/1", "entries?since=2020-01-01T00:00:00Z"})
    void whatGoesThroughAllScopesIsForWhoMayWriteThemAll(String selection) {
        CacheCalls cache = new CacheCalls(registry, "cached/deletion");
        Step step = step(Optional.empty(), run("x"));
        assertThat(cache.commitIn("main", step, TestLayer.of(1), as(MAIN)).status()).isIn(200, 201);
        assertThat(cache.commitIn("pr-12", step, TestLayer.of(1), as(PULL_REQUEST)).status()).isIn(200, 201);
        String path = cache.path(selection.replace("%K", step.key().toString()));
        assertThat(registry.delete(path, as(PULL_REQUEST))).isError(403, ErrorCode.DENIED);
        assertThat(registry.delete(path, as(BRANCH))).isError(403, ErrorCode.DENIED);
        String own = path + (path.contains("?") ? "&" : "?") + "scope=pr-12";
        assertThat(registry.delete(own, as(PULL_REQUEST)).json().get("deleted").intValue()).isEqualTo(1);
        assertThat(registry.delete(path, as("robot cleaner")).json().get("deleted").intValue()).isEqualTo(1);
    }

    /** What is read from images is nobody's to write, whatever is granted. */
    @Test
    void nobodyWritesWhatIsReadFromImages() {
        CacheCalls cache = new CacheCalls(registry, "cached/derived");
        Step step = step(Optional.empty(), run("x"));
        assertThat(cache.commitIn("images", step, TestLayer.of(1), as("robot cleaner")))
                .isError(403, ErrorCode.DENIED, "scope", "images");
    }
}
