package dev.strata.cache.http;

import static dev.strata.cache.http.CacheCalls.run;
import static dev.strata.cache.http.CacheCalls.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.ErrorCode;
import dev.strata.step.Step;
import dev.strata.testing.Answer;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/** Who deletes in scopes that not everyone writes, where the one that is written by default is not protected. */
@RegistryTest
@TestPropertySource(
        properties = {
            "strata.cache.default-scope=dev",
            "strata.cache.protected-scopes=main,release",
            "strata.cache.protected-token=s3cret"
        })
class ScopeOfDeletionTest {

    private static final String TOKEN = "Strata-Scope-Token";

    @Autowired
    RegistryClient registry;

    @ParameterizedTest
    @ValueSource(strings = {"entries/%K", "entries?builder=test/1", "entries?since=2020-01-01T00:00:00Z"})
    void whatGoesThroughAllScopesNeedsTheToken(String selection) {
        CacheCalls cache = new CacheCalls(registry, "deletion/all");
        Step step = step(Optional.empty(), run("x"));
        cache.commitIn("release", step, TestLayer.of(1), TOKEN, "s3cret");
        cache.commitIn("dev", step, TestLayer.of(1));
        String path = cache.path(selection.replace("%K", step.key().toString()));

        assertThat(registry.delete(path)).isError(403, ErrorCode.DENIED);
        assertThat(registry.delete(path, TOKEN, "guess")).isError(403, ErrorCode.DENIED);
        assertThat(cache.get(step.key(), "?scopes=release")).isJson(200);
        assertThat(cache.get(step.key(), "?scopes=dev")).isJson(200);

        Answer deleted = registry.delete(path, TOKEN, "s3cret");
        assertThat(deleted).isJson(202);
        assertThat(deleted.json().get("deleted").intValue()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"entries/%K?scope=", "entries?builder=test/1&scope="})
    void whatKeepsToAnOpenScopeNeedsNone(String selection) {
        CacheCalls cache = new CacheCalls(registry, "deletion/one");
        Step step = step(Optional.empty(), run("x"));
        cache.commitIn("release", step, TestLayer.of(1), TOKEN, "s3cret");
        cache.commitIn("dev", step, TestLayer.of(1));
        String path = cache.path(selection.replace("%K", step.key().toString()));

        assertThat(registry.delete(path + "release")).isError(403, ErrorCode.DENIED, "scope", "release");
        assertThat(registry.delete(path + "dev").json().get("deleted").intValue()).isEqualTo(1);
        assertThat(cache.get(step.key(), "?scopes=release")).isJson(200);
    }
}
