package dev.strata.upkeep.collection;

import static dev.strata.testing.RegistryClient.manifest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.oci.Digest;
import dev.strata.problem.ErrorCode;
import dev.strata.registry.repositories.RepositoryForgetting;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** A repository goes with the last that was in it, and comes with the first. */
class EmptyRepositoriesTest extends CollectionTestCase {

    private static final int RACES = 30;

    @Autowired
    RepositoryForgetting repositories;

    @Autowired
    EmptyRepositories round;

    private List<Long> row(String repository) {
        return jdbc.queryForList("select id from repository where name = ?", Long.class, repository);
    }

    private List<String> catalog() {
        List<String> names = new ArrayList<>();
        registry.get("/v2/_catalog?last=gone&n=1000")
                .json()
                .path("repositories")
                .forEach(name -> names.add(name.stringValue()));
        return names;
    }

    @Test
    void oneThatHasOnlyWhatWaitsIsNotListedAndComesBack() {
        ManifestJson image = registry.pushBlobsOf("gone/waits", 71_001);
        registry.pushManifest("gone/waits", "1", image);
        assertThat(catalog()).contains("gone/waits");
        registry.delete(manifest("gone/waits", image.digest()));
        await("that it is not listed").untilAsserted(() -> assertThat(catalog()).doesNotContain("gone/waits"));
        assertThat(registry.post("/api/repositories/gone/waits/tags/1/restore")).hasStatus(200);
        assertThat(catalog()).contains("gone/waits");
        assertThat(registry.getManifest("gone/waits", "1")).hasBody(image.bytes());
    }

    @Test
    void oneThatHasNothingGoesAndAPushMakesAnother() {
        ManifestJson image = registry.pushBlobsOf("gone/empty", 71_003);
        registry.pushManifest("gone/empty", "1", image);
        long id = row("gone/empty").getFirst();
        registry.delete(manifest("gone/empty", image.digest()));
        pass(UNDO);
        pass(LONG);
        await("that it is gone").untilAsserted(() -> assertThat(row("gone/empty")).isEmpty());
        assertThat(registry.get("/v2/gone/empty/tags/list")).isError(404, ErrorCode.NAME_UNKNOWN);

        registry.pushManifest("gone/empty", "1", registry.pushBlobsOf("gone/empty", 71_003));
        assertThat(row("gone/empty")).hasSize(1).doesNotContain(id);
        assertThat(registry.getManifest("gone/empty", "1")).hasBody(image.bytes());
        assertThat(catalog()).contains("gone/empty");
        settle();
        assertThat(savings().path("set_aside").intValue()).isZero();
    }

    /** Nothing that leaves a repository is noted here. */
    @Test
    void oneThatNobodyNotedGoesWithTheDailyRound() {
        jdbc.update("insert into repository (name) values ('gone/unnoted')");
        CLOCK.moveOn(Duration.ofDays(2));
        round.look();
        await("that it is gone").untilAsserted(() -> assertThat(row("gone/unnoted")).isEmpty());
    }

    @Test
    void oneThatSomebodyUsesStays() {
        ManifestJson image = registry.pushBlobsOf("gone/used", 71_005);
        long id = row("gone/used").getFirst();
        repositories.forget(id);
        assertThat(catalog()).as("it has blobs").contains("gone/used");
        registry.pushManifest("gone/used", "1", image);
        repositories.forget(id);
        assertThat(row("gone/used")).containsExactly(id);
        assertThat(catalog()).contains("gone/used");
    }

    /** Either the push keeps the repository, or it makes another one. */
    @Test
    void aPushAtTheSameTimeIsNotLost() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (int i = 0; i < RACES; i++) {
                String name = "gone/race-" + i;
                jdbc.update("insert into repository (name) values (?)", name);
                List<Long> id = row(name);
                CyclicBarrier start = new CyclicBarrier(2);
                Future<?> gone = threads.submit(() -> {
                    start.await();
                    id.forEach(repositories::forget);
                    return null;
                });
                byte[] content = Content.random(71_100 + i, 20);
                Future<Digest> pushed = threads.submit(() -> {
                    start.await();
                    return registry.pushBlob(name, content);
                });
                gone.get();
                assertThat(registry.getBlob(name, pushed.get())).hasBody(content);
            }
        }
    }
}
