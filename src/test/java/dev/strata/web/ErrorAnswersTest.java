package dev.strata.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** OCI Distribution Specification, "Error Codes": the table, for those too that no test can provoke over the network. */
class ErrorAnswersTest {

    private static final String TABLE = """
            BLOB_UNKNOWN, 404, BLOB_UNKNOWN
            UPLOAD_UNKNOWN, 404, BLOB_UPLOAD_UNKNOWN
            UPLOAD_INVALID, 400, BLOB_UPLOAD_INVALID
            UPLOAD_BROKEN_OFF, 400, BLOB_UPLOAD_INVALID
            UPLOAD_BUSY, 409, BLOB_UPLOAD_INVALID
            UPLOAD_OUT_OF_ORDER, 416, BLOB_UPLOAD_INVALID
            RANGE_NOT_SATISFIABLE, 416, SIZE_INVALID
            DIGEST_INVALID, 400, DIGEST_INVALID
            MANIFEST_BLOB_UNKNOWN, 400, MANIFEST_BLOB_UNKNOWN
            MANIFEST_INVALID, 400, MANIFEST_INVALID
            CONFIG_INVALID, 400, MANIFEST_INVALID
            STEP_INVALID, 400, STEP_INVALID
            REQUEST_TOO_LARGE, 413, SIZE_INVALID
            SCOPE_DENIED, 403, DENIED
            HOST_UNKNOWN, 421, DENIED
            CROSS_SITE, 403, DENIED
            BODY_TOO_SLOW, 408, UNSUPPORTED
            TOO_MANY_TAGS, 414, SIZE_INVALID
            UNAUTHENTICATED, 401, UNAUTHORIZED
            TOO_MANY_FAILURES, 429, TOOMANYREQUESTS
            FORBIDDEN, 403, DENIED
            ACCOUNT_INVALID, 400, UNSUPPORTED
            ACCOUNT_UNKNOWN, 404, ACCOUNT_UNKNOWN
            ACCOUNT_EXISTS, 409, DENIED
            LAST_ADMINISTRATOR, 409, DENIED
            GRANT_INVALID, 400, UNSUPPORTED
            GRANT_UNKNOWN, 404, GRANT_UNKNOWN
            TAG_IMMUTABLE, 409, DENIED
            QUOTA_EXCEEDED, 403, DENIED
            PLAN_UNKNOWN, 404, PLAN_UNKNOWN
            PLAN_OUTDATED, 409, DENIED
            LEASE_UNKNOWN, 404, LEASE_UNKNOWN
            PRECONDITION_FAILED, 412, PRECONDITION_FAILED
            MANIFEST_UNKNOWN, 404, MANIFEST_UNKNOWN
            MANIFEST_TOO_LARGE, 413, SIZE_INVALID
            NAME_INVALID, 400, NAME_INVALID
            TAG_INVALID, 400, MANIFEST_INVALID
            NAME_UNKNOWN, 404, NAME_UNKNOWN
            SIZE_INVALID, 400, SIZE_INVALID
            PARAMETER_INVALID, 400, UNSUPPORTED
            UNSUPPORTED, 405, UNSUPPORTED
            ENDPOINT_UNKNOWN, 404, UNSUPPORTED
            STORAGE_FULL, 507, DENIED
            STORAGE_FAILED, 503, UNAVAILABLE
            AWAY, 503, UNAVAILABLE
            CONTENDED, 429, TOOMANYREQUESTS
            """;

    private final MockMvcTester mvc = MockMvcTester.of(
            Set.of(new Failing()),
            builder -> builder.setControllerAdvice(new ErrorAnswers(JsonMapper.builder().build()))
                    .build());

    @ParameterizedTest
    @CsvSource(textBlock = TABLE)
    void eachProblemHasAStatusAndACode(Problem problem, int status, String code) {
        MvcTestResult answer = mvc.get().uri("/problem?problem=" + problem).exchange();
        assertThat(answer).hasStatus(status).hasContentType("application/json").bodyJson().isStrictlyEqualTo("""
                {"errors":[{"code":"%s","message":"what was wrong","detail":{"name":"value"}}]}""".formatted(code));
    }

    @Test
    void theTableIsWhole() {
        Set<Problem> listed = EnumSet.noneOf(Problem.class);
        TABLE.lines().forEach(line -> listed.add(Problem.valueOf(line.split(",")[0])));
        assertThat(listed).containsExactlyInAnyOrder(Problem.values());
    }

    @ParameterizedTest
    @EnumSource(Problem.class)
    void whoIsToComeAgainIsToldWhen(Problem problem) {
        MvcTestResult answer = mvc.get().uri("/problem?problem=" + problem).exchange();
        assertThat(answer.getResponse().getHeader("Retry-After"))
                .isEqualTo(
                        switch (problem) {
                            case CONTENDED -> "1";
                            case AWAY -> "5";
                            default -> null;
                        });
    }

    @Test
    void whoLosesToOthersIsToldToComeAgain() {
        MvcTestResult answer = mvc.get().uri("/contended").exchange();
        assertThat(answer).hasStatus(429).hasHeader("Retry-After", "1").bodyJson()
                .extractingPath("$.errors[0].code")
                .isEqualTo("TOOMANYREQUESTS");
    }

    @Test
    void aFaultTellsNothingOfItself() {
        MvcTestResult answer = mvc.get().uri("/fault").exchange();
        assertThat(answer).hasStatus(500).hasContentType("application/json").bodyText().doesNotContain("secret");
    }

    /** What Spring refuses before a method is called. */
    @Test
    void whatTheClientDidWrongIsNoFault() {
        assertThat(mvc.get().uri("/text").accept("image/png").exchange()).hasStatus(406);
        assertThat(mvc.post().uri("/json").contentType("text/csv").content("a,b").exchange())
                .hasStatus(415)
                .headers()
                .containsHeader("Accept");
        assertThat(mvc.post().uri("/json").contentType("application/json").content("{").exchange()).hasStatus(400);
        assertThat(mvc.get().uri("/header").exchange())
                .hasStatus(400)
                .hasContentType("application/json")
                .bodyJson()
                .extractingPath("$.errors[0].code")
                .isEqualTo("UNSUPPORTED");
    }

    @RestController
    static class Failing {

        @GetMapping("/problem")
        void problem(@RequestParam Problem problem) {
            throw new RegistryException(problem, "what was wrong", Map.of("name", "value"));
        }

        @GetMapping(path = "/text", produces = "text/plain")
        String text() {
            return "text";
        }

        @PostMapping(path = "/json", consumes = "application/json")
        void json(@RequestBody Map<String, String> body) {}

        @GetMapping("/header")
        void header(@RequestHeader("X-Needed") String needed) {}

        @GetMapping("/contended")
        void contended() {
            throw new CannotAcquireLockException("deadlock");
        }

        @GetMapping("/fault")
        void fault() {
            throw new IllegalStateException("a secret");
        }
    }
}
