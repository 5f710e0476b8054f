package dev.strata.upkeep.scrub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.database.columns.ColumnTime;
import dev.strata.database.work.Work.Item;
import dev.strata.database.work.Work.Outcome;
import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.storage.directory.DataDirectory;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.NoLongWrites;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import dev.strata.testing.StoredBlobs;
import dev.strata.testing.StoredBlobs.Stray;
import dev.strata.upkeep.commands.Given;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** What is damaged is found, set aside, listed, and healed by the next push. */
@RegistryTest
@NoLongWrites
class ScrubTest {

    @Autowired
    RegistryClient client;

    @Autowired
    DataDirectory data;

    @Autowired
    StoredBlobs stored;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    Scrub scrub;

    @Autowired
    DamageList list;

    private Given check() {
        return Given.command(data, "check");
    }

    private String damage() {
        return client.get("/api/upkeep/damage?n=1000").text();
    }

    @Test
    void aBlobThatRottedIsSetAsideAndHealedByAPush() throws IOException {
        byte[] content = Content.random(901, 70_000);
        Digest digest = client.pushBlob("scrub/rotten", content);
        byte[] rotten = content.clone();
        rotten[60_000] ^= 1;
        stored.overwrite(digest, rotten);

        Given found = check();

        assertThat(found.code()).isEqualTo(1);
        assertThat(found.lines()).contains("broken: blob " + digest);
        assertThat(client.getBlob("scrub/rotten", digest)).hasStatus(404);
        assertThat(stored.keepsBroken(rotten)).isTrue();
        assertThat(damage())
                .contains("\"digest\":\"" + digest + "\",\"what\":\"blob\",\"kind\":\"broken\",\"size\":70000")
                .contains("\"repositories\":[\"scrub/rotten\"]");
        client.pushBlob("scrub/rotten", content);
        assertThat(damage()).doesNotContain(digest.toString());
        assertThat(client.getBlob("scrub/rotten", digest)).hasStatus(200);
        assertThat(check().text()).doesNotContain(digest.toString());
    }

    @Test
    void aRowWithoutAFileIsReported() throws IOException {
        byte[] content = Content.random(902, 3_000);
        Digest digest = client.pushBlob("scrub/missing", content, DigestAlgorithm.SHA512);
        stored.remove(digest);

        assertThat(check().lines()).contains("missing: blob " + digest);

        assertThat(damage()).contains(digest.toString(), "\"kind\":\"missing\"");
        client.pushBlob("scrub/missing", content, DigestAlgorithm.SHA512);
        assertThat(damage()).doesNotContain(digest.toString());
    }

    @Test
    void whatNoRowKnowsGoesWhenItIsOlderThanTheGrace() throws IOException {
        Stray old = stored.putStray(Content.random(903, 100), Duration.ofDays(3));
        Stray young = stored.putStray(Content.random(904, 100), Duration.ofMinutes(10));

        Given found = check();

        assertThat(found.lines()).contains("deleted: " + old.name() + ", which no row knew");
        assertThat(old.isThere()).isFalse();
        assertThat(young.isThere()).isTrue();
        young.remove();
    }

    @Test
    void aFileWhoseNameIsNoDigestStays() throws IOException {
        Path other = Files.writeString(Files.createDirectories(data.root().resolve("blobs/sha256/00")).resolve("no-blob"), "x");
        check();
        assertThat(other).exists();
        Files.delete(other);
    }

    @Test
    void aManifestThatRottedIsSetAsideAndHealedByAPush() throws IOException {
        ManifestJson manifest = client.pushBlobsOf("scrub/manifest", 905);
        Digest digest = client.pushManifest("scrub/manifest", "1", manifest);
        byte[] rotten = manifest.bytes();
        rotten[rotten.length - 5] ^= 1;
        jdbc.sql("update manifest_content set content = ? where manifest_id = (select id from manifest where digest = ?)")
                .params(rotten, digest.bytes())
                .update();

        assertThat(check().lines()).contains("broken: manifest " + digest);

        assertThat(stored.keepsBroken(rotten)).isTrue();
        assertThat(damage()).contains(digest.toString(), "\"what\":\"manifest\"");
        assertThat(client.getManifest("scrub/manifest", "1")).hasStatus(404);
        assertThat(client.get("/v2/scrub/manifest/referrers/" + digest)).hasStatus(200);
        client.pushManifest("scrub/manifest", "1", manifest);
        assertThat(client.getManifest("scrub/manifest", "1")).hasStatus(200);
        assertThat(damage()).doesNotContain(digest.toString());
    }

    /** A pull finds what has another length, before the scrub does. */
    @Test
    void whatAPullSetsAsideIsListedToo() throws IOException {
        byte[] content = Content.random(906, 3_000);
        Digest digest = client.pushBlob("scrub/short", content);
        stored.overwrite(digest, new byte[10]);

        assertThat(client.getBlob("scrub/short", digest)).hasStatus(404);

        list.look();
        assertThat(damage()).contains(digest.toString());
        client.pushBlob("scrub/short", content);
        assertThat(damage()).doesNotContain(digest.toString());
    }

    @Test
    void theListComesInPages() throws IOException {
        List<Digest> lost = List.of(client.pushBlob("scrub/pages", new byte[] {1}), client.pushBlob("scrub/pages", new byte[] {2}));
        for (Digest digest : lost) {
            stored.remove(digest);
        }
        check();

        Answer first = client.get("/api/upkeep/damage?n=1");
        assertThat(first.text()).containsOnlyOnce("\"digest\"");
        assertThat(first.header("Link")).contains("/api/upkeep/damage?n=1&last=sha");
        assertThat(client.get("/api/upkeep/damage?n=x")).hasStatus(400);
        client.pushBlob("scrub/pages", new byte[] {1});
        client.pushBlob("scrub/pages", new byte[] {2});
    }

    /** In the background a round goes on from piece to piece, then there is a pause, and then the next round. */
    @Test
    void aRoundGoesOnWhereItWas() throws IOException {
        client.pushImage("scrub/rounds", "1", 907);
        Outcome outcome = scrub.doNext(new Item("round", Optional.empty(), 0));
        assertThat(outcome).isInstanceOfSatisfying(Outcome.GoOn.class, pause -> assertThat(pause.progress()).endsWith(" - pause"));
        String begun = String.valueOf(Instant.now().minus(Duration.ofDays(31)).toEpochMilli());
        assertThat(scrub.doNext(new Item("round", Optional.of(Instant.now().toEpochMilli() + " - pause"), 0)))
                .isEqualTo(new Outcome.Later(Duration.ofDays(1)));
        int pieces = 0;
        outcome = scrub.doNext(new Item("round", Optional.of(begun + " - pause"), 0));
        while (outcome instanceof Outcome.GoOn goOn && !goOn.progress().endsWith(" pause")) {
            outcome = scrub.doNext(new Item("round", Optional.of(goOn.progress()), 0));
            pieces++;
        }
        assertThat(pieces).isGreaterThanOrEqualTo(257);
        assertThat(outcome).isInstanceOfSatisfying(
                Outcome.GoOn.class, pause -> assertThat(pause.progress()).as("when it ended").doesNotContain(" - "));
    }

    @Test
    void howFarItIsCanBeSeen() {
        setProgress("1000000000000 - pause");
        assertThat(scrubbed().path("phase").stringValue()).isEqualTo("pausing");
        assertThat(scrubbed().path("next_at").stringValue()).isEqualTo("2001-10-09T01:46:40Z");
        assertThat(scrubbed().path("ended_at").isMissingNode()).isTrue();
        assertThat(client.meter("strata_upkeep_scrub_share")).isEqualTo(1);
        setProgress("1000000000000 900000000000 blobs 64 40" + "8000");
        assertThat(scrubbed().path("phase").stringValue()).isEqualTo("reading");
        assertThat(scrubbed().path("share").doubleValue()).isEqualTo((64 + 0.5) / 256);
        assertThat(scrubbed().path("begun_at").stringValue()).isEqualTo("2001-09-09T01:46:40Z");
        assertThat(scrubbed().path("ended_at").stringValue()).isEqualTo("1998-07-09T16:00:00Z");
        assertThat(client.meter("strata_upkeep_scrub_share")).isEqualTo((64 + 0.5) / 256);
        setProgress(Instant.now().toEpochMilli() + " - pause");
    }

    private JsonNode scrubbed() {
        return client.get("/api/upkeep").json().path("scrub");
    }

    /** The one item of this work pauses meanwhile. */
    private void setProgress(String progress) {
        await("the pause before the first round").until(() ->
                jdbc.sql("update work_item set progress = ? where work = 'scrub' and due_at > ?")
                        .params(progress, ColumnTime.at(Instant.now()))
                        .update() == 1);
    }
}
