package dev.strata.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.assertj.core.api.AssertProvider;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the registry answered: {@code assertThat(answer)} knows what a registry's answers look like. */
public record Answer(String request, int status, HttpHeaders headers, byte[] body)
        implements AssertProvider<AnswerAssert> {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    static Answer of(HttpResponse<byte[]> response) {
        return new Answer(
                response.request().method() + " " + response.request().uri(),
                response.statusCode(),
                response.headers(),
                response.body());
    }

    public Optional<String> find(String header) {
        return headers.firstValue(header);
    }

    /** A header that has to be there. */
    public String header(String name) {
        return find(name).orElseThrow(() -> new AssertionError(this + " has no header " + name));
    }

    public String location() {
        return header("Location");
    }

    public String text() {
        return new String(body, UTF_8);
    }

    public JsonNode json() {
        return JSON.readTree(body);
    }

    @Override
    public AnswerAssert assertThat() {
        return new AnswerAssert(this);
    }

    @Override
    public String toString() {
        String start = text().substring(0, Math.min(400, text().length()));
        return request + " -> " + status + " " + headers.map() + " " + start;
    }
}
