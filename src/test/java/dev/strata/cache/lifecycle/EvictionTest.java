package dev.strata.cache.lifecycle;

import static dev.strata.cache.http.CacheCalls.entry;
import static dev.strata.cache.http.CacheCalls.run;
import static dev.strata.cache.http.CacheCalls.step;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.cache.Scope;
import dev.strata.cache.entries.EntryLifecycle;
import dev.strata.cache.entries.EntryReads;
import dev.strata.cache.entries.EntryState;
import dev.strata.cache.entries.FoundEntry;
import dev.strata.cache.http.CacheCalls;
import dev.strata.cache.http.TestLayer;
import dev.strata.cache.lookup.Judgement;
import dev.strata.cache.uses.Uses;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.step.Step;
import dev.strata.storage.StorageProperties;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.MovableClock;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.context.bean.override.convention.TestBean;

/** What has to go, and what stays. */
@RegistryTest
@TestPropertySource(properties = {"strata.cache.ttl=7d", "strata.cache.budget=20KB"})
class EvictionTest {

    private static final MovableClock CLOCK = new MovableClock();

    @Autowired
    RegistryClient registry;

    @Autowired
    Eviction eviction;

    @Autowired
    DanglingEntries dangling;

    @Autowired
    StorageProperties storage;

    @Autowired
    EntryReads entries;

    @Autowired
    EntryLifecycle upkeep;

    @Autowired
    Uses uses;

    @Autowired
    Judgement judgement;

    @TestBean
    Clock clock;

    static Clock clock() {
        return CLOCK;
    }

    @BeforeEach
    void now() {
        CLOCK.setAhead(Duration.ZERO);
    }

    private static Step theStep(String command) {
        return step(Optional.empty(), run(command));
    }

    private static void commit(CacheCalls cache, String command, TestLayer layer, long execMs) {
        cache.registry().pushBlob(cache.repository(), layer.content());
        assertThat(cache.put(theStep(command).key(), entry(theStep(command), layer).put("exec_ms", execMs)))
                .isJson(201);
    }

    private static String reason(CacheCalls cache, String command) {
        Answer answer = cache.get(theStep(command).key(), "");
        return answer.status() == 200 ? "hit" : answer.json().get("reason").stringValue();
    }

    @Test
    void anEntryLivesForAsLongAsItIsUsed() {
        CacheCalls cache = new CacheCalls(registry, "evict/ttl");
        commit(cache, "used", TestLayer.of(80), 10);
        commit(cache, "unused", TestLayer.of(81), 10);
        CLOCK.setAhead(Duration.ofDays(5));
        assertThat(reason(cache, "used")).isEqualTo("hit");
        eviction.run();
        CLOCK.setAhead(Duration.ofDays(8));
        assertThat(cache.get(theStep("unused").key(), "")).isJson(410);
        eviction.run();
        assertThat(reason(cache, "unused")).isEqualTo("EXPIRED");
        assertThat(reason(cache, "used")).isEqualTo("hit");
        CLOCK.setAhead(Duration.ofDays(100));
        eviction.run();
        assertThat(reason(cache, "unused")).isEqualTo("NEVER_SEEN");
    }

    @Test
    void aClockThatJumpsBackHarmsNothing() {
        CacheCalls cache = new CacheCalls(registry, "evict/clock");
        commit(cache, "x", TestLayer.of(82), 10);
        CLOCK.setAhead(Duration.ofDays(-300));
        Answer found = cache.get(theStep("x").key(), "?max_age=10");
        assertThat(found).isJson(200).hasHeader("Age", "0");
        eviction.run();
        assertThat(reason(cache, "x")).isEqualTo("hit");
    }

    @Test
    void whatSavesTheLeastForItsBytesGoesFirst() {
        CacheCalls cache = new CacheCalls(registry, "evict/budget");
        TestLayer slow = TestLayer.gzip(Content.random(83, 9_000));
        TestLayer quick = TestLayer.gzip(Content.random(84, 9_000));
        TestLayer small = TestLayer.gzip(Content.random(85, 500));
        TestLayer tagged = TestLayer.gzip(Content.random(86, 50_000));
        commit(cache, "slow", slow, 600_000);
        commit(cache, "quick", quick, 100);
        commit(cache, "small", small, 100);
        commit(cache, "tagged", tagged, 1);
        byte[] config = "{}".getBytes(UTF_8);
        registry.pushBlob(cache.repository(), config);
        registry.pushManifest(cache.repository(), "v1", ManifestJson.image(config, tagged.content()));
        eviction.run();
        assertThat(List.of("slow", "quick", "small", "tagged"))
                .as("within the budget")
                .allSatisfy(command -> assertThat(reason(cache, command)).isEqualTo("hit"));
        commit(cache, "more", TestLayer.gzip(Content.random(87, 9_000)), 300_000);
        eviction.run();
        assertThat(reason(cache, "quick")).as("used within the hour").isEqualTo("hit");
        CLOCK.setAhead(Duration.ofHours(2));
        eviction.run();
        assertThat(reason(cache, "quick")).isEqualTo("EVICTED");
        assertThat(List.of("slow", "small", "more", "tagged"))
                .allSatisfy(command -> assertThat(reason(cache, command)).isEqualTo("hit"));
        commit(cache, "quick", quick, 100);
        assertThat(reason(cache, "quick")).as("committed again").isEqualTo("hit");
    }

    @Test
    void aUseThatIsNotWrittenYetKeepsAnEntry() {
        CacheCalls cache = new CacheCalls(registry, "evict/unwritten");
        commit(cache, "used", TestLayer.gzip(Content.random(93, 15_000)), 1);
        commit(cache, "unused", TestLayer.gzip(Content.random(94, 15_000)), 600_000);
        CLOCK.setAhead(Duration.ofHours(2));
        assertThat(reason(cache, "used")).isEqualTo("hit");
        eviction.keepBudgets();
        assertThat(reason(cache, "used")).as("beyond the budget").isEqualTo("hit");
        assertThat(reason(cache, "unused")).isEqualTo("EVICTED");
        CLOCK.setAhead(Duration.ofDays(7));
        assertThat(reason(cache, "used")).isEqualTo("hit");
        CLOCK.setAhead(Duration.ofDays(8));
        eviction.expire();
        assertThat(reason(cache, "used")).as("beyond the time to live").isEqualTo("hit");
    }

    @Test
    void anEntryThatWasUsedInTimeIsNotExpiredBeforeThatIsWritten() {
        CacheCalls cache = new CacheCalls(registry, "evict/late");
        commit(cache, "x", TestLayer.of(98), 10);
        FoundEntry before = found(cache, "x");
        CLOCK.setAhead(Duration.ofDays(6));
        assertThat(reason(cache, "x")).isEqualTo("hit");
        CLOCK.setAhead(Duration.ofDays(8));
        assertThat(reason(cache, "x")).isEqualTo("hit");
        assertThat(judgement.stands(before)).as("by a row that does not say it yet").isTrue();
        uses.flush();
        uses.flush();
        assertThat(judgement.stands(before)).as("read before it was written").isTrue();
        CLOCK.setAhead(Duration.ofDays(16));
        assertThat(judgement.stands(before)).isFalse();
        assertThat(reason(cache, "x")).isEqualTo("EXPIRED");
    }

    @ParameterizedTest
    @EnumSource(names = {"EXPIRED", "EVICTED"})
    void anEntryThatIsUsedWhileItIsLetGoComesBack(EntryState gone) {
        CacheCalls cache = new CacheCalls(registry, "evict/meanwhile-" + gone.name().toLowerCase(Locale.ROOT));
        commit(cache, "x", TestLayer.of(95), 10);
        FoundEntry found = found(cache, "x");
        assertThat(upkeep.setState(found.id(), gone)).isTrue();
        assertThat(reason(cache, "x")).isEqualTo(gone.name());
        uses.hit(found); // its look-up read it before
        uses.flush();
        assertThat(cache.get(theStep("x").key(), "", "Prefer", "wait=60")).isJson(200);
    }

    @Test
    void aBlobThatIsNotMissingStaysWhereItsEntryGoes() {
        CacheCalls cache = new CacheCalls(registry, "evict/present");
        TestLayer layer = TestLayer.gzip(Content.random(96, 30_000));
        String asked = "{\"digests\":[\"" + layer.digest() + "\"]}";
        commit(cache, "x", layer, 10);
        assertThat(cache.post("missing", asked).json().get("missing")).isEmpty();
        CLOCK.setAhead(Duration.ofHours(2));
        eviction.run();
        assertThat(reason(cache, "x")).isEqualTo("EVICTED");
        assertThat(cache.post("missing", asked).json().get("missing")).isEmpty();
        assertThat(cache.put(theStep("y").key(), entry(theStep("y"), layer))).isJson(201);
    }

    @Test
    void aBlobWhoseBytesAreLostIsMissing() throws IOException {
        CacheCalls cache = new CacheCalls(registry, "evict/lost");
        TestLayer layer = TestLayer.of(97);
        String asked = "{\"digests\":[\"" + layer.digest() + "\"]}";
        registry.pushBlob(cache.repository(), layer.content());
        Files.delete(file(layer.digest()));
        assertThat(cache.post("missing", asked).json().get("missing")).hasSize(1);
        assertThat(cache.put(theStep("x").key(), entry(theStep("x"), layer))).isJson(422);
        registry.pushBlob(cache.repository(), layer.content());
        assertThat(cache.post("missing", asked).json().get("missing")).isEmpty();
        assertThat(cache.put(theStep("x").key(), entry(theStep("x"), layer))).isJson(201);
    }

    @Test
    void anEntryThatLostItsLayerIsDroppedAfterSomebodyFoundIt() {
        CacheCalls cache = new CacheCalls(registry, "evict/dangling");
        TestLayer layer = TestLayer.of(88);
        commit(cache, "found", layer, 10);
        commit(cache, "other", layer, 10);
        commit(cache, "whole", TestLayer.of(89), 10);
        assertThat(registry.delete(RegistryClient.blob(cache.repository(), layer.digest()))).hasStatus(202);
        assertThat(reason(cache, "found")).isEqualTo("INCOMPLETE");
        assertThat(reason(cache, "whole")).isEqualTo("hit");
        dangling.drop();
        registry.pushBlob(cache.repository(), layer.content());
        assertThat(reason(cache, "found")).as("dropped, which is remembered").isEqualTo("INCOMPLETE");
        assertThat(reason(cache, "other")).as("nobody saw it without its layer").isEqualTo("hit");
        assertThat(reason(cache, "whole")).isEqualTo("hit");
        assertThat(registry.get(cache.path("stats")).json().get("groups").get(0).get("evictions").intValue())
                .isEqualTo(1);
        commit(cache, "found", layer, 10);
        assertThat(reason(cache, "found")).as("committed again").isEqualTo("hit");
        dangling.drop();
        assertThat(reason(cache, "found")).isEqualTo("hit");
    }

    @Test
    void anEntryWhoseLayerCameBackIsNotDropped() throws IOException {
        CacheCalls cache = new CacheCalls(registry, "evict/back");
        TestLayer unlinked = TestLayer.of(90);
        TestLayer lost = TestLayer.of(91);
        commit(cache, "unlinked", unlinked, 10);
        commit(cache, "lost", lost, 10);
        registry.delete(RegistryClient.blob(cache.repository(), unlinked.digest()));
        Files.delete(file(lost.digest()));
        registry.pushBlob(cache.repository(), unlinked.content());
        registry.pushBlob(cache.repository(), lost.content());
        for (String command : List.of("unlinked", "lost")) {
            dangling.found(found(cache, command).id()); // by a look-up that came before the push
        }
        dangling.drop();
        assertThat(reason(cache, "unlinked")).isEqualTo("hit");
        assertThat(reason(cache, "lost")).isEqualTo("hit");
    }

    @Test
    void whatWasDroppedIsForgottenWithTime() {
        CacheCalls cache = new CacheCalls(registry, "evict/dropped");
        TestLayer layer = TestLayer.of(92);
        commit(cache, "x", layer, 10);
        registry.delete(RegistryClient.blob(cache.repository(), layer.digest()));
        assertThat(reason(cache, "x")).isEqualTo("INCOMPLETE");
        dangling.drop();
        CLOCK.setAhead(Duration.ofDays(100));
        assertThat(reason(cache, "x")).isEqualTo("INCOMPLETE");
        eviction.run();
        assertThat(reason(cache, "x")).isEqualTo("NEVER_SEEN");
    }

    private FoundEntry found(CacheCalls cache, String command) {
        long repositoryId = entries.repository(RepositoryName.of(cache.repository())).orElseThrow();
        return entries.find(repositoryId, theStep(command).key(), List.of(Scope.of("main"))).getFirst();
    }

    private Path file(Digest digest) {
        return storage.dataDir()
                .resolve("blobs")
                .resolve(digest.algorithm().prefix())
                .resolve(digest.hex().substring(0, 2))
                .resolve(digest.hex());
    }
}
