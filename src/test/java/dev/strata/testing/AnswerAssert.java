package dev.strata.testing;

import dev.strata.problem.ErrorCode;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.Assertions;
import tools.jackson.databind.JsonNode;

/** What can be said of an answer. */
public final class AnswerAssert extends AbstractAssert<AnswerAssert, Answer> {

    AnswerAssert(Answer actual) {
        super(actual, AnswerAssert.class);
        as(actual.toString());
    }

    public AnswerAssert hasStatus(int status) {
        Assertions.assertThat(actual.status()).as(actual.toString()).isEqualTo(status);
        return this;
    }

    public AnswerAssert hasHeader(String name, String value) {
        Assertions.assertThat(actual.headers().allValues(name))
                .as("%s of %s", name, actual)
                .containsExactly(value);
        return this;
    }

    public AnswerAssert hasNoHeader(String name) {
        Assertions.assertThat(actual.headers().allValues(name))
                .as("%s of %s", name, actual)
                .isEmpty();
        return this;
    }

    public AnswerAssert hasHeaders(String name, List<String> values) {
        Assertions.assertThat(actual.headers().allValues(name))
                .as("%s of %s", name, actual)
                .containsExactlyElementsOf(values);
        return this;
    }

    /** It carries just these bytes, and says so: a fixed length, nothing compressed. */
    public AnswerAssert hasBody(byte[] body) {
        hasHeader("Content-Length", String.valueOf(body.length));
        hasNoHeader("Transfer-Encoding");
        hasNoHeader("Content-Encoding");
        if (!Arrays.equals(actual.body(), body)) { // prints neither of them, they may be large
            failWithMessage("another body of %d bytes instead of %d: %s", actual.body().length, body.length, actual);
        }
        return this;
    }

    /** It carries nothing, and says that it has a length. */
    public AnswerAssert hasNoBodyOf(long length) {
        hasHeader("Content-Length", String.valueOf(length));
        hasNoHeader("Transfer-Encoding");
        Assertions.assertThat(actual.body()).isEmpty();
        return this;
    }

    /** It is JSON with a fixed length and without a charset. */
    public AnswerAssert isJson(int status) {
        hasStatus(status);
        hasHeader("Content-Type", "application/json");
        hasNoHeader("Transfer-Encoding");
        return this;
    }

    /**
     * It is the registry's error, whose detail names what was wrong.
     *
     * @param detail an entry's name and value
     */
    public AnswerAssert isError(int status, ErrorCode code, String... detail) {
        hasStatus(status);
        hasHeader("Content-Type", "application/json");
        hasHeader("Content-Length", String.valueOf(actual.body().length));
        JsonNode errors = actual.json().path("errors");
        Assertions.assertThat(errors.size()).as(actual.toString()).isEqualTo(1);
        JsonNode error = errors.get(0);
        Assertions.assertThat(error.propertyNames()).containsExactly("code", "message", "detail");
        Assertions.assertThat(error.path("code").stringValue()).as(actual.toString()).isEqualTo(code.name());
        Assertions.assertThat(error.path("message").stringValue()).isNotBlank();
        Assertions.assertThat(error.path("detail").isObject()).as(actual.toString()).isTrue();
        for (int i = 0; i < detail.length; i += 2) {
            Assertions.assertThat(error.path("detail").path(detail[i]).asString())
                    .as("%s of %s", detail[i], actual)
                    .isEqualTo(detail[i + 1]);
        }
        return this;
    }
}
