package dev.strata.crash;

import static dev.strata.cache.http.CacheCalls.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.cache.http.CacheCalls;
import dev.strata.cache.http.TestLayer;
import dev.strata.step.Step;
import dev.strata.testing.OwnDataDirectory;
import dev.strata.testing.RegistryClient;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A layer whose verification ends the process, for instance by the memory that it takes, does so no third time. */
class VerificationCrashIT {

    private static final String REPOSITORY = "crash/verification";
    private static final Duration LONGEST = Duration.ofMinutes(2);
    /** What a decompression takes at the least, in bytes. An idle server takes nothing. */
    private static final double DECOMPRESSION = 500_000;
    /** Of 64 MB each: sixteen gigabytes, which take longer to read than it takes to kill the server. */
    private static final int MEMBERS = 256;

    @Test
    void aLayerThatEndedTheProcessTwiceIsSetAside() throws Exception {
        Path data = OwnDataDirectory.create();
        TestLayer deadly = exploding();
        Step step = CacheCalls.step(Optional.empty(), CacheCalls.run("deadly"));
        try (KillableServer server = start(data)) {
            CacheCalls cache = cache(server);
            cache.registry().pushBlob(REPOSITORY, deadly.content());
            assertThat(cache.put(step.key(), entry(step, deadly))).hasStatus(201);
            untilItIsVerified(cache);
        }
        try (KillableServer server = start(data)) {
            untilItIsVerified(cache(server));
        }
        try (KillableServer server = start(data)) {
            CacheCalls cache = cache(server);
            await().atMost(LONGEST).until(() -> setAside(cache).path("set_aside").intValue() == 1);
            assertThat(setAside(cache).at("/items/0/reason").stringValue()).contains("did it end the process?");
            assertThat(cache.registry().meter("strata_memory_taken_bytes")).isLessThan(DECOMPRESSION);

            Step other = CacheCalls.step(Optional.empty(), CacheCalls.run("other"));
            assertThat(cache.commit(other, TestLayer.of(1))).hasStatus(201);
            await().atMost(LONGEST).until(() -> cache.get(other.key(), "").status() == 200);
            assertThat(cache.get(step.key(), "").status()).as("what nobody verified is no hit").isNotEqualTo(200);
        }
    }

    private static KillableServer start(Path data) throws Exception {
        return KillableServer.start(data, "strata.cache.verify-at-commit=1KB");
    }

    private static void untilItIsVerified(CacheCalls cache) {
        await().atMost(LONGEST).until(() -> cache.registry().meter("strata_memory_taken_bytes") > DECOMPRESSION);
    }

    private static JsonNode setAside(CacheCalls cache) {
        return cache.registry()
                .get("/api/savings/work")
                .json()
                .path("work")
                .valueStream()
                .filter(work -> work.path("name").stringValue().equals("verify-layers"))
                .findAny()
                .orElseThrow();
    }

    private static TestLayer exploding() {
        byte[] member = TestLayer.gzip(new byte[64 << 20]).content();
        ByteArrayOutputStream members = new ByteArrayOutputStream();
        for (int i = 0; i < MEMBERS; i++) {
            members.writeBytes(member);
        }
        return new TestLayer(members.toByteArray(), TestLayer.of(0).diffId(), TestLayer.GZIP);
    }

    private static CacheCalls cache(KillableServer server) {
        return new CacheCalls(new RegistryClient(server.port()), REPOSITORY);
    }
}
