package dev.strata.upkeep.retention.runs;

import static dev.strata.testing.RegistryClient.manifest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.access.rules.TagRules;
import dev.strata.database.columns.ColumnTime;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.problem.ErrorCode;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** Rules of retention on real pushes. */
class RetentionTest extends RetentionTestCase {

    @Autowired
    Runs runs;

    @Autowired
    TagRules tagRules;

    @Test
    void aRunRemovesWhatThePlanSaysAndIsTakenBackAsAWhole() throws Exception {
        byte[] shared = Content.random(2_001, 700);
        byte[] both = Content.random(2_002, 900);
        byte[] elsewhere = Content.random(2_003, 1_100);
        Digest one = pushTagged("retain/run", "old-1", 2_010, shared, both, elsewhere);
        Digest two = pushTagged("retain/run", "old-2", 2_020, both);
        Digest kept = pushTagged("retain/run", "keep", 2_030, shared);
        pushTagged("retain/other", "1", 2_040, elsewhere);
        CLOCK.moveOn(Duration.ofDays(10));
        pass(Duration.ZERO);
        long before = bytesOfBlobs();
        rule("old", "{'on':'retain/run','keep':[{'tags':'keep'}],'remove':[{'older-than':'5d'}]}");

        String plan = preview("retain/run");
        assertThat(decision(plan, one)).isEqualTo("remove");
        assertThat(image(plan, one).path("rule").stringValue()).isEqualTo("old");
        assertThat(reason(plan, one)).isEqualTo("older-than 5d");
        assertThat(reason(plan, kept)).isEqualTo("tags keep");
        long blobs = 120 + 1_000 + 900 + 120 + 1_000;
        assertThat(plan(plan).at("/totals/blob_bytes").longValue()).isEqualTo(blobs);
        assertThat(images(plan).stream().mapToLong(image -> image.path("bytes").longValue()).sum())
                .isEqualTo(plan(plan).at("/totals/bytes").longValue());

        JsonNode run = run(plan);
        assertThat(run.path("removed").intValue()).isEqualTo(2);
        assertThat(run.path("bytes")).isEqualTo(plan(plan).at("/totals/bytes"));
        assertThat(isThere("retain/run", "old-1")).isFalse();
        assertThat(isThere("retain/run", kept)).isTrue();
        assertThat(image(plan, two).path("outcome").stringValue()).isEqualTo("removed");

        undo(plan);
        assertThat(isThere("retain/run", "old-1")).isTrue();
        assertThat(isThere("retain/run", "old-2")).isTrue();
        assertThat(plan(plan).path("state").stringValue()).isEqualTo("restored");
        assertThat(plan(plan).at("/run/restored").intValue()).isEqualTo(2);
        assertThat(registry.post(PATH + "/runs/" + plan + "/undo")).isError(409, ErrorCode.DENIED);

        CLOCK.moveOn(Duration.ofDays(10));
        String again = preview("retain/run");
        run(again);
        giveUpAll();
        assertThat(before - bytesOfBlobs()).isEqualTo(blobs);
        assertThat(canBePulled("retain/run", Content.sha256(shared))).isTrue();
        assertThat(registry.get(PATH + "/runs").json().at("/runs/0/id").stringValue()).isEqualTo(again);
    }

    @Test
    void oneImageOfARunComesBackAlone() {
        Digest one = pushTagged("retain/single", "1", 3_000);
        Digest two = pushTagged("retain/single", "2", 3_010);
        CLOCK.moveOn(Duration.ofDays(2));
        rule("all", "{'on':'retain/single','remove':[{'older-than':'1d'}]}");
        run(preview("retain/single"));
        assertThat(registry.post("/api/repositories/retain/single/tags/1/restore")).hasStatus(200);
        assertThat(isThere("retain/single", one)).isTrue();
        assertThat(isThere("retain/single", two)).isFalse();
    }

    /** Whatever happens to an image between the plan and its run: it stays, and the run says why. */
    @Test
    void whatHasChangedSinceThePlanStays() {
        String repository = "retain/changed";
        List<String> tags = List.of("tagged", "pulled", "pushed", "signed", "used", "listed", "gone", "goes");
        for (String tag : tags) {
            pushTagged(repository, tag, 4_000 + 10L * tags.indexOf(tag));
        }
        ManifestJson child = push(repository, 4_200);
        registry.pushManifest(repository, child.digest(), child);
        registry.pushManifest(repository, "index", ManifestJson.index(child.descriptor()));
        CLOCK.moveOn(Duration.ofDays(2));
        assertThat(registry.getManifest(repository, "pulled")).as("a pull before does not count").hasStatus(200);
        CLOCK.moveOn(Duration.ofSeconds(1));
        rule("all", "{'on':'" + repository + "','remove':[{'older-than':'1d'}]}");
        String plan = preview(repository);
        assertThat(plan(plan).at("/totals/remove").intValue()).isEqualTo(tags.size() + 1);

        CLOCK.moveOn(Duration.ofSeconds(1));
        ManifestJson tagged = push(repository, 4_000);
        registry.pushManifest(repository, "another", tagged);
        assertThat(registry.getManifest(repository, "pulled")).hasStatus(200);
        registry.pushManifest(repository, push(repository, 4_020).digest(), push(repository, 4_020));
        Digest signed = push(repository, 4_030).digest();
        ManifestJson signature = push(repository, 4_300).subject(signed);
        registry.pushManifest(repository, signature.digest(), signature);
        assertThat(inUse("production", repository + "@" + push(repository, 4_040).digest())).hasStatus(200);
        registry.pushManifest(repository, "lists", ManifestJson.index(push(repository, 4_050).descriptor()));
        registry.delete(manifest(repository, push(repository, 4_060).digest()));
        assertThat(registry.getManifest(repository, child.digest())).hasStatus(200);

        JsonNode run = run(plan);
        for (String tag : List.of("tagged", "pulled", "pushed", "signed", "used", "listed", "index")) {
            assertThat(isThere(repository, tag)).as(tag).isTrue();
        }
        assertThat(isThere(repository, "goes")).isFalse();
        assertThat(run.path("removed").intValue()).isEqualTo(1);
        assertThat(run.path("stayed").intValue()).isEqualTo(tags.size());
        assertThat(image(plan, push(repository, 4_040).digest()).path("because").stringValue()).isEqualTo("it is in use");
        assertThat(image(plan, push(repository, 4_060).digest()).path("because").stringValue())
                .isEqualTo("somebody else deleted it");
    }

    @Test
    void whatIsInUseStaysUntilItsLeaseEnds() {
        String repository = "retain/lease";
        ManifestJson child = push(repository, 5_000);
        registry.pushManifest(repository, child.digest(), child);
        Digest index = registry.pushManifest(repository, "1", ManifestJson.index(child.descriptor()));
        CLOCK.moveOn(Duration.ofDays(2));
        rule("all", "{'on':'" + repository + "','remove':[{'older-than':'1d'}]}");
        assertThat(inUse("a", repository + "@" + child.digest())).hasStatus(200);
        assertThat(reason(preview(repository), index)).isEqualTo("in use");
        assertThat(inUse("b", "")).hasStatus(200);
        assertThat(decision(preview(repository), index)).as("another source says nothing of it").isEqualTo("keep");
        CLOCK.moveOn(Duration.ofMinutes(61));
        assertThat(decision(preview(repository), index)).isEqualTo("remove");
        assertThat(inUse("a", repository + "@" + index)).hasStatus(200);
        assertThat(inUse("a", "")).hasStatus(200);
        assertThat(decision(preview(repository), index)).as("it is not said any more").isEqualTo("remove");
    }

    @Test
    void pullsOfScannersDoNotCount() {
        Digest image = pushTagged("retain/scan", "1", 6_000);
        CLOCK.moveOn(Duration.ofDays(5));
        rule("unused", "{'on':'retain/scan','remove':[{'not-pulled-since':'3d'}]}");
        assertThat(registry.getManifest("retain/scan", "1", "User-Agent", "Scanner/2.0 (linux)")).hasStatus(200);
        assertThat(decision(preview("retain/scan"), image)).isEqualTo("remove");
        assertThat(registry.head(manifest("retain/scan", "1"))).hasStatus(200);
        assertThat(decision(preview("retain/scan"), image)).isEqualTo("keep");
    }

    /** What others' registries got wrong: the parts of an index have no tags, and are not rubbish. */
    @Test
    void removingWhatIsUntaggedBreaksNoIndex() {
        String repository = "retain/multi";
        ManifestJson amd = push(repository, 7_000);
        ManifestJson arm = push(repository, 7_010);
        ManifestJson attestation = push(repository, 7_020).subject(amd.digest());
        for (ManifestJson part : List.of(amd, arm, attestation)) {
            registry.pushManifest(repository, part.digest(), part);
        }
        registry.pushManifest(repository, "multi", ManifestJson.index(amd.descriptor(), arm.descriptor()));
        ManifestJson cosign = push(repository, 7_030);
        registry.pushManifest(repository, "sha256-" + arm.digest().hex() + ".sig", cosign);
        ManifestJson rubbish = push(repository, 7_040);
        registry.pushManifest(repository, rubbish.digest(), rubbish);
        CLOCK.moveOn(Duration.ofDays(30));
        rule("untagged", "{'on':'" + repository + "','remove':[{'untagged-since':'1d'}]}");
        String plan = preview(repository);
        assertThat(images(plan)).as("images, and no parts of them").hasSize(2);
        run(plan);
        giveUpAll();
        for (ManifestJson part : List.of(amd, arm, attestation, cosign)) {
            assertThat(isThere(repository, part.digest())).isTrue();
        }
        assertThat(isThere(repository, rubbish.digest())).isFalse();
    }

    @Test
    void signaturesGoAndComeBackWithTheirImage() throws Exception {
        String repository = "retain/signed";
        ManifestJson image = push(repository, 8_000);
        Digest digest = registry.pushManifest(repository, "1", image);
        ManifestJson sbom = push(repository, 8_010).subject(digest);
        registry.pushManifest(repository, sbom.digest(), sbom);
        ManifestJson ofSbom = push(repository, 8_020).subject(sbom.digest());
        registry.pushManifest(repository, ofSbom.digest(), ofSbom);
        String cosign = "sha256-" + digest.hex() + ".sig";
        registry.pushManifest(repository, cosign, push(repository, 8_030));
        CLOCK.moveOn(Duration.ofDays(2));
        pass(Duration.ZERO);
        long before = bytesOfBlobs();
        rule("all", "{'on':'" + repository + "','remove':[{'older-than':'1d'}]}");
        String plan = preview(repository);
        assertThat(plan(plan).at("/totals/blob_bytes").longValue()).isEqualTo(4 * 1_120);
        run(plan);
        for (Object gone : List.of("1", sbom.digest(), ofSbom.digest(), cosign)) {
            assertThat(isThere(repository, gone)).as("%s", gone).isFalse();
        }
        undo(plan);
        for (Object back : List.of("1", sbom.digest(), ofSbom.digest(), cosign)) {
            assertThat(isThere(repository, back)).as("%s", back).isTrue();
        }
        CLOCK.moveOn(Duration.ofDays(2));
        run(preview(repository));
        giveUpAll();
        assertThat(before - bytesOfBlobs()).isEqualTo(4 * 1_120);
    }

    @Test
    void aTaggedPartStaysWithItsIndexAndGoesBesideIt() {
        String repository = "retain/parts";
        ManifestJson part = push(repository, 9_000);
        registry.pushManifest(repository, "part", part);
        ManifestJson shared = push(repository, 9_010);
        registry.pushManifest(repository, shared.digest(), shared);
        Digest kept = registry.pushManifest(
                repository, "kept", ManifestJson.index(part.descriptor(), shared.descriptor()));
        Digest other = registry.pushManifest(repository, "other", ManifestJson.index(shared.descriptor()));
        CLOCK.moveOn(Duration.ofDays(2));
        rule("all", "{'on':'" + repository + "','keep':[{'tags':'kept'}],'remove':[{'older-than':'1d'}]}");
        String plan = preview(repository);
        assertThat(reason(plan, part.digest())).isEqualTo("a part of an image that stays");
        run(plan);
        assertThat(isThere(repository, other)).isFalse();
        assertThat(isThere(repository, shared.digest())).isTrue();

        rule("all", "{'on':'" + repository + "','keep':[{'tags':'part'}],'remove':[{'older-than':'1d'}]}");
        String next = preview(repository);
        assertThat(decision(next, kept)).isEqualTo("remove");
        run(next);
        assertThat(isThere(repository, "kept")).isFalse();
        assertThat(isThere(repository, shared.digest())).isFalse();
        assertThat(isThere(repository, "part")).isTrue();

        ManifestJson index = ManifestJson.index(part.descriptor());
        registry.pushManifest(repository, "both", index);
        CLOCK.moveOn(Duration.ofDays(2));
        rule("all", "{'on':'" + repository + "','remove':[{'older-than':'1d'}]}");
        JsonNode run = run(preview(repository));
        assertThat(run.path("removed").intValue()).as("the part first waits for the index").isEqualTo(2);
        assertThat(isThere(repository, "part")).isFalse();
    }

    /** It belongs to both, and goes with the last of them. */
    @Test
    void whatAnIndexListsAndIsAboutAnotherImageStaysWithEither() {
        String repository = "retain/crossed";
        ManifestJson image = push(repository, 9_500);
        ManifestJson about = push(repository, 9_510).subject(image.digest());
        ManifestJson index = ManifestJson.index(about.descriptor());
        registry.pushManifest(repository, about.digest(), about);
        for (String stays : List.of("image", "index")) {
            registry.pushManifest(repository, "image", image);
            registry.pushManifest(repository, about.digest(), about);
            registry.pushManifest(repository, "index", index);
            CLOCK.moveOn(Duration.ofDays(2));
            rule("all", "{'on':'" + repository + "','keep':[{'tags':'" + stays + "'}],'remove':[{'older-than':'1d'}]}");
            assertThat(run(preview(repository)).path("removed").intValue()).isEqualTo(1);
            assertThat(isThere(repository, about.digest())).as("the %s stays", stays).isTrue();
        }
        rule("all", "{'on':'" + repository + "','remove':[{'older-than':'1d'}]}");
        assertThat(run(preview(repository)).path("removed").intValue()).isEqualTo(1);
        assertThat(isThere(repository, about.digest())).isFalse();
    }

    @Test
    void anImmutableTagKeepsItsImage() {
        String repository = "retain/immutable";
        Digest image = pushTagged(repository, "v1", 10_000);
        CLOCK.moveOn(Duration.ofDays(2));
        rule("all", "{'on':'" + repository + "','remove':[{'older-than':'1d'}]}");
        String before = preview(repository);
        // Not by a request: the first one starts Hibernate within its transaction.
        jdbc.update(
                "insert into policy_entry (kind, definition, created_at, created_by) values ('I', ?, ?, '')",
                "{\"on\":\"" + repository + "\",\"tags\":\"v*\"}",
                ColumnTime.at(CLOCK.instant()));
        jdbc.update("update policy_revision set revision = revision + 1 where id = 1");
        await("the rule").until(() -> tagRules.keeping(RepositoryName.of(repository), Tag.of("v1")).isPresent());
        assertThat(reason(preview(repository), image)).isEqualTo("a tag is immutable");
        assertThat(run(before).path("stayed").intValue()).isEqualTo(1);
        assertThat(isThere(repository, image)).isTrue();
        jdbc.update("delete from policy_entry where kind = 'I'");
        jdbc.update("update policy_revision set revision = revision + 1 where id = 1");
    }

    @Test
    void aRepositoryWhereTooMuchWouldGoIsLeftAlone() {
        for (int i = 0; i < 3; i++) {
            pushTagged("retain/capped", "old-" + i, 11_000 + 10L * i);
        }
        CLOCK.moveOn(Duration.ofDays(2));
        pushTagged("retain/capped", "new", 11_100);
        rule("all", "{'on':'retain/capped','remove':[{'older-than':'1d'}]}");
        String plan = preview("retain/capped", 74);
        JsonNode stopped = plan(plan);
        assertThat(stopped.at("/totals/remove").intValue()).isZero();
        assertThat(stopped.at("/totals/stopped").intValue()).isEqualTo(3);
        assertThat(stopped.at("/stopped/0/repository").stringValue()).isEqualTo("retain/capped");
        assertThat(run(plan).path("removed").intValue()).isZero();
        assertThat(isThere("retain/capped", "old-0")).isTrue();
        assertThat(run(preview("retain/capped", 75)).path("removed").intValue()).isEqualTo(3);
    }

    @Test
    void aPlanRunsOnceInItsTimeAndWithItsRules() {
        pushTagged("retain/once", "1", 12_000);
        CLOCK.moveOn(Duration.ofDays(2));
        rule("all", "{'on':'retain/once','remove':[{'older-than':'5d'}]}");
        String plan = preview("retain/once");
        run(plan);
        assertThat(registry.post(PATH + "/plans/" + plan + "/run")).isError(409, ErrorCode.DENIED);
        String changed = preview("retain/once");
        rule("all", "{'on':'retain/once','remove':[{'older-than':'6d'}]}");
        assertThat(plan(changed).path("current").booleanValue()).isFalse();
        assertThat(registry.post(PATH + "/plans/" + changed + "/run")).isError(409, ErrorCode.DENIED);
        String old = preview("retain/once");
        CLOCK.moveOn(Duration.ofHours(25));
        assertThat(registry.post(PATH + "/plans/" + old + "/run")).isError(409, ErrorCode.DENIED);
        assertThat(registry.post(PATH + "/plans/0/run")).isError(404, ErrorCode.PLAN_UNKNOWN);
    }

    @Test
    void aRuleRunsByItselfWhenSomebodySawWhatItRemoves() {
        pushTagged("retain/itself", "1", 13_000);
        pushTagged("retain/itself", "2", 13_010);
        pushTagged("retain/itself", "keep", 13_015);
        pushTagged("retain/itself", "keep-too", 13_016);
        CLOCK.moveOn(Duration.ofDays(2));
        String keep = "{'on':'retain/itself','keep':[{'tags':'keep*'}],";
        rule("all", keep + "'remove':[{'tags':'1','older-than':'1d'}]}");
        assertThat(registry.get(PATH + "/rules/all").json().path("runs").booleanValue()).isFalse();
        preview("retain/itself");
        assertThat(registry.get(PATH + "/rules/all").json().path("runs").booleanValue()).as("it was a part").isFalse();
        runByItself();
        assertThat(isThere("retain/itself", "1")).isTrue();

        previewOf("{}");
        assertThat(registry.get(PATH + "/rules/all").json().path("runs").booleanValue()).isTrue();
        runByItself();
        assertThat(isThere("retain/itself", "1")).isFalse();

        rule("all", keep + "'remove':[{'older-than':'1d'}]}");
        assertThat(registry.get(PATH + "/rules/all").json().path("runs").booleanValue()).as("it was changed").isFalse();
        runByItself();
        assertThat(isThere("retain/itself", "2")).isTrue();
        rule("all", keep + "'remove':[{'older-than':'1d'}],'unattended':true}");
        runByItself();
        assertThat(isThere("retain/itself", "2")).isFalse();
        assertThat(isThere("retain/itself", "keep")).isTrue();
    }

    private void runByItself() {
        CLOCK.moveOn(Duration.ofSeconds(1));
        String id = String.valueOf(runs.runAll().id());
        await("the run").until(() -> plan(id).path("state").stringValue().equals("done"));
    }

    @Test
    void plansAreForgottenInTime() {
        pushTagged("retain/forgotten", "1", 14_000);
        rule("all", "{'on':'retain/forgotten','remove':[{'older-than':'1d'}]}");
        String plan = preview("retain/forgotten");
        CLOCK.moveOn(Duration.ofDays(3));
        runs.look();
        await("the end of the plan")
                .until(() -> registry.get(PATH + "/plans/" + plan).status() == 404);
        assertThat(jdbc.queryForObject(
                        "select count(*) from retention_image where plan_id = ?", Long.class, Long.valueOf(plan)))
                .isZero();
    }
}
