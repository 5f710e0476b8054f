package dev.strata.upkeep.http;

import dev.strata.upkeep.bin.BinItem;
import dev.strata.upkeep.bin.Ending;
import dev.strata.upkeep.bin.HistoryEntry;
import dev.strata.web.HeldAnswer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The JSON of undo and the bin. */
@Component
class UpkeepJson {

    private static final String MEDIA_TYPE = "application/vnd.strata.upkeep.v1+json";

    ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    ObjectNode history(List<HistoryEntry> entries) {
        ObjectNode json = object();
        ArrayNode array = json.putArray("history");
        entries.forEach(entry -> ended(
                array.addObject()
                        .put("digest", entry.digest().toString())
                        .put("set_at", entry.setAt().toString())
                        .put("how", word(entry.how())),
                "ended",
                entry.ending()));
        return json;
    }

    ObjectNode item(BinItem item, long bytes) {
        ObjectNode json = object()
                .put("kind", word(item.kind()))
                .put("repository", item.repository().value())
                .put("digest", item.digest().toString())
                .put("bytes", bytes);
        return ended(json, "deleted", item.ending()).put("deletion", item.ending().deletion().toString());
    }

    private static ObjectNode ended(ObjectNode json, String how, Ending ending) {
        return json.put(how + "_at", ending.at().toString())
                .put(how + "_by", ending.by())
                .put("until", ending.goesAt().toString());
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    void send(HttpServletRequest request, HttpServletResponse response, ObjectNode json) throws IOException {
        response.setContentType(MEDIA_TYPE);
        response.setHeader("Cache-Control", "no-store");
        new HeldAnswer(request, response).send(json.toString().getBytes(StandardCharsets.UTF_8));
    }
}
