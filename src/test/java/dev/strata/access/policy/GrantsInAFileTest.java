package dev.strata.access.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.problem.ErrorCode;
import dev.strata.testing.Answer;
import dev.strata.testing.RunningRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A registry whose policy is in a file. */
class GrantsInAFileTest {

    @TempDir
    Path directory;

    @Test
    void areReadOnlyInTheApi() throws IOException {
        Path file = Files.writeString(directory.resolve("policy.yaml"), """
                grants:
                  - {who: anyone, on: public/**, may: pull}
                  - {who: "robot:ci", on: team/web, may: [pull, push]}
                  - {who: anonymous, may: admin}
                quotas:
                  - {on: team/**, bytes: 1KB}
                """);
        try (RunningRegistry registry = RunningRegistry.start(
                directory.resolve("data"), "strata.access.policy=" + file)) {
            Answer listed = registry.client().get("/api/access/grants?n=1");
            assertThat(listed).isJson(200);
            assertThat(listed.json().get("source").stringValue()).isEqualTo("file");
            assertThat(listed.json().get("read_only").booleanValue()).isTrue();
            assertThat(listed.json().get("grants").get(0).get("text").stringValue())
                    .isEqualTo("anyone may [pull] on [public/**]");
            assertThat(listed.json().get("grants").get(0).get("name").stringValue()).isEqualTo("line 2");
            assertThat(listed.find("Link")).isPresent();
            JsonNode quota = registry.client().get("/api/access/quotas").json().path("quotas").path(0);
            assertThat(quota.path("text").stringValue()).isEqualTo("1024 bytes on [team/**]");
            assertThat(quota.path("limit").longValue()).isEqualTo(1_024);
            assertThat(quota.path("used").longValue()).isZero();
            byte[] grant = "{\"who\":\"anyone\",\"on\":\"x\",\"may\":\"pull\"}".getBytes(UTF_8);
            assertThat(registry.client().post("/api/access/grants", grant)).isError(405, ErrorCode.UNSUPPORTED);
            assertThat(registry.client().delete("/api/access/grants/1")).isError(405, ErrorCode.UNSUPPORTED);
            assertThat(registry.client().get("/api/access/explain?as=robot:ci&on=team/web&may=push").json().get("by").get(0)
                            .get("name").stringValue())
                    .isEqualTo("line 3");
        }
    }

    @Test
    void stopAStartWhereTheyAreBroken() throws IOException {
        Path file = Files.writeString(directory.resolve("policy.yaml"), "grants: [{who: anyone, may: everything}]");
        assertThatThrownBy(() -> RunningRegistry.start(directory.resolve("data"), "strata.access.policy=" + file))
                .hasStackTraceContaining("line 1: 'everything' is no right");
    }

    /** Nobody can log in here, so everybody is anonymous. */
    @Test
    void holdWithoutALoginToo() throws IOException {
        Path file = Files.writeString(
                directory.resolve("policy.yaml"), "grants: [{who: anonymous, on: open/**, may: [pull, push]}]");
        try (RunningRegistry registry = RunningRegistry.start(
                directory.resolve("data"), "strata.access.policy=" + file)) {
            registry.client().pushImage("open/web", "v1", 1);
            assertThat(registry.client().getManifest("open/web", "v1")).hasStatus(200);
            assertThat(registry.client().post("/v2/closed/web/blobs/uploads/")).isError(404, ErrorCode.NAME_UNKNOWN);
            assertThat(registry.client().delete("/v2/open/web/manifests/v1")).isError(403, ErrorCode.DENIED);
            assertThat(registry.client().get("/actuator/prometheus")).isError(403, ErrorCode.DENIED);
            assertThat(registry.client().get("/v2/")).hasStatus(200);
            assertThat(registry.client().get("/actuator/health")).hasStatus(200);
        }
    }
}
