package dev.strata.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.http.HttpHeaders;
import java.util.Arrays;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the registry answered.
 *
 * @param request method and target that it answers, for messages
 */
public record Answer(String request, int status, HttpHeaders headers, byte[] body) {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int SHOWN = 2_000;

    /** Fails with the answer's text where its status is none of these. */
    public Answer expect(int... statuses) {
        if (Arrays.stream(statuses).noneMatch(expected -> expected == status)) {
            throw new AssertionError("Expected " + Arrays.toString(statuses) + " but got " + this);
        }
        return this;
    }

    /** A header that has to be there. */
    public String header(String name) {
        return headers.firstValue(name)
                .orElseThrow(() -> new AssertionError("The header " + name + " is missing in " + this));
    }

    public JsonNode json() {
        return JSON.readTree(body);
    }

    /** The code of the one error that the body tells of. */
    public String errorCode() {
        return json().path("errors").path(0).path("code").asString();
    }

    @Override
    public String toString() {
        String text = new String(body, 0, Math.min(body.length, SHOWN), UTF_8);
        return request + " -> " + status + " " + headers.map() + " " + text;
    }
}
