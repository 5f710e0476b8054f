package dev.strata.agent.cache;

import dev.strata.agent.connection.Http;
import dev.strata.step.ContentList;
import dev.strata.step.StepFiles;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The content lists that go with a request. They only explain, so that those stay behind for which there is no room. */
final class SentFiles {

    /** What the server reads of a body. */
    static final int LARGEST_BODY = 1024 * 1024;

    private static final String FIELD = "files";
    private static final int BYTES_BESIDES = ",\"files\":".length();

    private final List<Attached> lists = new ArrayList<>();

    private record Attached(ObjectNode to, ArrayNode list, int bytes) {}

    /** @param to a part of the request, without which the list makes no sense */
    void add(ObjectNode to, StepFiles files) {
        if (files.lists().stream().allMatch(list -> list.entries().size() <= ContentList.MOST_SENT)) {
            ArrayNode json = files.toJson();
            lists.add(new Attached(to, json, bytes(json) + BYTES_BESIDES));
        }
    }

    /** Puts the lists into the request, the small ones first, for as long as it does not become too large. */
    void attachTo(ObjectNode request) {
        int room = LARGEST_BODY - bytes(request);
        for (Attached attached : lists.stream().sorted(Comparator.comparing(Attached::bytes)).toList()) {
            room -= attached.bytes();
            if (room < 0) {
                return;
            }
            attached.to().set(FIELD, attached.list());
        }
    }

    private static int bytes(JsonNode json) {
        return Http.JSON.writeValueAsBytes(json).length;
    }
}
