package dev.strata.access.audit.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.access.callers.TestCallers;
import dev.strata.access.policy.TestPolicy;
import dev.strata.access.policy.WithRules;
import dev.strata.oci.Digest;
import dev.strata.problem.ErrorCode;
import dev.strata.testing.Answer;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.RegistryClient;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What was done stands in the log of events, and what was refused too. */
@WithRules
@ExtendWith(OutputCaptureExtension.class)
class AuditTest {

    private static final String[] ROOT = {TestCallers.CALLER, "account root administrators"};
    private static final String[] ALICE = {TestCallers.CALLER, "account alice"};

    @Autowired
    RegistryClient registry;

    @Autowired
    TestPolicy policy;

    @Autowired
    AuditTrail trail;

    @Autowired
    AuditTable table;

    @Autowired
    Clock clock;

    @BeforeEach
    void grant() {
        policy.become("""
                grants:
                  - {who: "account:alice", on: audited/*, may: [pull, push, delete]}
                  - {who: "account:alice", on: readable/*, may: pull}
                """);
    }

    /** Each as what was done by whom, and the rest; the oldest first. */
    private List<String> events(String query) {
        trail.write();
        List<String> events = new ArrayList<>();
        String path = "/api/access/audit?n=2" + query;
        while (!path.isEmpty()) {
            Answer page = registry.get(path, ROOT);
            assertThat(page).isJson(200);
            page.json().get("events").forEach(event -> events.addFirst(event.get("what").stringValue() + " "
                    + event.get("who").stringValue() + " " + event.get("detail").toString()));
            path = page.find("Link").map(link -> link.substring(1, link.indexOf('>'))).orElse("");
        }
        return events;
    }

    private void push(String repository, String tag, ManifestJson manifest) {
        assertThat(registry.put(
                        RegistryClient.manifest(repository, tag), manifest.bytes(),
                        "Content-Type", manifest.mediaType().value(), ALICE[0], ALICE[1]))
                .hasStatus(201);
    }

    @Test
    void pushesMovesDeletionsAndMounts() {
        ManifestJson first = registry.pushBlobsOf("audited/done", 1);
        ManifestJson second = registry.pushBlobsOf("audited/done", 2);
        push("audited/done", "v1", first);
        push("audited/done", "v1", first);
        push("audited/done", "v1", second);
        Digest blob = registry.pushBlob("audited/source", "shared".getBytes(UTF_8));
        assertThat(registry.post("/v2/audited/done/blobs/uploads/?from=audited/source&mount=" + blob, ALICE)).hasStatus(201);
        assertThat(registry.delete(RegistryClient.blob("audited/done", blob), ALICE)).hasStatus(202);
        assertThat(registry.delete(RegistryClient.manifest("audited/done", "v1"), ALICE)).hasStatus(202);
        String pushed = "PUSHED account:alice {\"digest\":\"" + first.digest() + "\",\"reference\":\"v1\"}";
        assertThat(events("&subject=audited/done")).containsExactly(
                pushed,
                pushed,
                "TAG_MOVED account:alice {\"tag\":\"v1\"}",
                "PUSHED account:alice {\"digest\":\"" + second.digest() + "\",\"reference\":\"v1\"}",
                "MOUNTED account:alice {\"digest\":\"" + blob + "\",\"from\":\"audited/source\"}",
                "DELETED account:alice {\"digest\":\"" + blob + "\"}",
                "DELETED account:alice {\"reference\":\"v1\"}");
        assertThat(events("&subject=audited/done&what=deleted")).hasSize(2);
        assertThat(events("&subject=audited/done&who=account:bob")).isEmpty();
        assertThat(events("&subject=audited/done&since=2000-01-01T00:00:00Z")).hasSize(7);
        assertThat(events("&subject=audited/done&since=9000-01-01T00:00:00Z")).isEmpty();
        assertThat(events("&subject=audited/done&until=2000-01-01T00:00:00Z")).isEmpty();
    }

    @Test
    void refusals() {
        assertThat(registry.delete("/v2/readable/refused/manifests/v1", ALICE)).isError(403, ErrorCode.DENIED);
        assertThat(registry.get("/v2/hidden/refused/manifests/v1", ALICE)).isError(404, ErrorCode.NAME_UNKNOWN);
        assertThat(events("&subject=readable/refused")).containsExactly("REFUSED account:alice {\"needed\":\"delete\"}");
        assertThat(events("&subject=hidden/refused")).containsExactly("REFUSED account:alice {\"needed\":\"pull\"}");
    }

    @Test
    void nothingOfWhatFailed() {
        assertThat(registry.delete("/v2/audited/absent/manifests/v1", ALICE)).hasStatus(404);
        assertThat(registry.put("/v2/audited/absent/manifests/v1", new byte[0], ALICE)).hasStatus(400);
        assertThat(events("&subject=audited/absent")).isEmpty();
    }

    @Test
    void aLineStaysOne(CapturedOutput output) {
        assertThat(registry.get("/api/access/audit?x=%0a%0dforged", TestCallers.CALLER, "account mallory")).hasStatus(403);
        assertThat(output.getOut().lines().filter(line -> line.contains("mallory")))
                .singleElement()
                .asString()
                .contains("\"who\":\"account:mallory");
    }

    @Test
    void whatIsVeryLongIsCutInTheLogToo(CapturedOutput output) {
        assertThat(registry.delete("/api/access/grants/" + "1".repeat(10_000), TestCallers.CALLER, "account " + "y".repeat(5_000)))
                .hasStatus(403);
        assertThat(output.getOut().lines().filter(line -> line.contains("yyyy"))).singleElement().asString().hasSizeLessThan(2_000);
        assertThat(events("&subject=/api/access/grants/" + "1".repeat(512 - "/api/access/grants/".length()))).hasSize(1);
    }

    @Test
    void isForgottenInTime() {
        registry.delete("/v2/readable/forgotten/manifests/v1", ALICE);
        assertThat(events("&subject=readable/forgotten")).hasSize(1);
        assertThat(table.deleteBefore(clock.instant().minus(Duration.ofDays(1)), 500)).isZero();
        while (table.deleteBefore(clock.instant().plusSeconds(1), 500) > 0) {
            // until nothing is left
        }
        assertThat(events("&subject=readable/forgotten")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"what=x", "n=x", "before=-1", "since=yesterday", "until=%2B999999999-01-01T00:00:00Z", "who=%00"})
    void whatCannotBeAskedIsRefused(String query) {
        assertThat(registry.get("/api/access/audit?" + query, ROOT)).isError(400, ErrorCode.UNSUPPORTED);
    }
}
