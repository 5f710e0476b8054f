package dev.strata.cache.http;

import static dev.strata.cache.http.CacheCalls.entry;
import static dev.strata.cache.http.CacheCalls.run;
import static dev.strata.cache.http.CacheCalls.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.step.Step;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/** Layers that are too large to be verified before their commit is answered. */
@RegistryTest
@TestPropertySource(properties = {"strata.cache.verify-at-commit=0B", "strata.cache.max-layer-size=1MB"})
class VerificationTest {

    @Autowired
    RegistryClient registry;

    static Stream<TestLayer> honest() {
        byte[] tar = Content.random(1, 100_000);
        return Stream.of(
                TestLayer.gzip(tar),
                TestLayer.zstd(tar),
                new TestLayer(tar, Content.sha256(tar), TestLayer.PLAIN),
                new TestLayer(
                        TestLayer.gzip(tar).content(),
                        Content.sha256(tar),
                        "application/vnd.docker.image.rootfs.diff.tar.gzip"));
    }

    static Stream<TestLayer> dishonest() {
        byte[] tar = Content.random(2, 100_000);
        TestLayer gzip = TestLayer.gzip(tar);
        TestLayer zstd = TestLayer.zstd(tar);
        return Stream.of(
                new TestLayer(gzip.content(), Content.sha256(new byte[1]), TestLayer.GZIP),
                new TestLayer(gzip.content(), gzip.diffId(), TestLayer.PLAIN + "+zstd"),
                new TestLayer(Content.slice(gzip.content(), 0, 50_000), gzip.diffId(), TestLayer.GZIP),
                new TestLayer(Content.slice(zstd.content(), 0, 50_000), zstd.diffId(), zstd.mediaType()),
                new TestLayer(new byte[1], gzip.diffId(), TestLayer.GZIP),
                new TestLayer(Content.random(3, 5_000), zstd.diffId(), zstd.mediaType()),
                TestLayer.gzip(new byte[50_000_000]),
                TestLayer.zstd(new byte[50_000_000]));
    }

    @ParameterizedTest
    @MethodSource("honest")
    void aProtectedScopeServesALayerWhenItIsVerified(TestLayer layer) {
        CacheCalls cache = new CacheCalls(registry, "verify/honest");
        Step step = step(Optional.empty(), run(layer.mediaType()));
        assertThat(cache.commit(step, layer)).isJson(201);
        await().until(() -> cache.get(step.key(), "").status() == 200);
        assertThat(cache.get(step.key(), "").json().get("verified").booleanValue()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("dishonest")
    void aLayerThatIsNotWhatWasSaidIsNeverServedInAProtectedScopeAndThenNowhere(TestLayer layer) {
        CacheCalls cache = new CacheCalls(registry, "verify/dishonest");
        Step step = step(Optional.empty(), run(layer.digest() + layer.mediaType()));
        for (String scope : new String[] {"main", "pr-1"}) {
            registry.pushBlob(cache.repository(), layer.content());
            assertThat(cache.put(step.key(), entry(step, layer).put("scope", scope))).isJson(201);
        }
        await().until(() -> {
            Answer answer = cache.get(step.key(), "?scopes=main");
            assertThat(answer.status()).as(answer.toString()).isIn(202, 410);
            return answer.status() == 410;
        });
        assertThat(cache.get(step.key(), "?scopes=main").json().get("reason").stringValue()).isEqualTo("QUARANTINED");
        await().until(() -> cache.get(step.key(), "?scopes=pr-1").status() == 410);
        assertThat(cache.commit(step, TestLayer.gzip(Content.random(4, 1_000))))
                .as("the step can be run again")
                .isJson(201);
    }

    @Test
    void untilThenOtherScopesServeIt() {
        CacheCalls cache = new CacheCalls(registry, "verify/other");
        Step step = step(Optional.empty(), run("other"));
        assertThat(cache.commitIn("pr-1", step, TestLayer.of(60))).isJson(201);
        assertThat(cache.get(step.key(), "?scopes=pr-1")).isJson(200);
    }
}
