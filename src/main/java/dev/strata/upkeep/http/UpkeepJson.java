package dev.strata.upkeep.http;

import dev.strata.upkeep.bin.BinItem;
import dev.strata.upkeep.deletions.HeldBytes;
import dev.strata.upkeep.deletions.PastDeletion;
import dev.strata.upkeep.deletions.TagRemoval;
import dev.strata.upkeep.history.Ending;
import dev.strata.upkeep.history.HistoryEntry;
import dev.strata.upkeep.history.TagHistories;
import dev.strata.upkeep.scrub.ScrubState;
import dev.strata.web.HeldAnswer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The JSON of upkeep. */
@Component
class UpkeepJson {

    private static final String MEDIA_TYPE = "application/vnd.strata.upkeep.v1+json";

    ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    ObjectNode entry(HistoryEntry entry) {
        ObjectNode json = object()
                .put("digest", entry.digest().toString())
                .put("set_at", entry.setAt().toString())
                .put("how", word(entry.how()));
        return ended(json, "ended", entry.ending());
    }

    ObjectNode pointed(TagHistories.Pointed pointed) {
        return object()
                .put("digest", pointed.digest().toString())
                .put("set_at", pointed.setAt().toString());
    }

    /** What was deleted first is what people meant; the rest went along. */
    ObjectNode deletion(PastDeletion deletion) {
        PastDeletion.Head head = deletion.head();
        ObjectNode json = object()
                .put("deletion", head.deletion().toString())
                .put("kind", head.isManifest() ? "manifest" : "blob")
                .put("repository", head.repository().value())
                .put("digest", head.digest().toString())
                .put("items", deletion.items())
                .put("bytes", deletion.bytes());
        deletion.tags().forEach(json.putArray("tags")::add);
        return ended(json, "deleted", new Ending(head.deletion(), head.at(), head.by(), head.goesAt()));
    }

    ObjectNode removed(TagRemoval.Removed removed) {
        ObjectNode json = object().put("digest", removed.digest().toString()).put("image", removed.image());
        ArrayNode tags = json.putArray("tags");
        removed.tags().forEach(tag -> tags.add(tag.name()));
        removed.undo()
                .ifPresent(undo -> json.put("deletion", undo.deletion().toString())
                        .put("until", undo.until().toString()));
        return json;
    }

    ObjectNode held(HeldBytes.Held held) {
        ObjectNode json = object().put("bytes", held.bytes());
        ArrayNode steps = json.putArray("goes");
        held.steps().forEach(step -> {
            ObjectNode goes = steps.addObject();
            step.within().ifPresent(within -> goes.put("within_seconds", within.toSeconds()));
            goes.put("bytes", step.bytes());
        });
        held.countedAt().ifPresent(at -> json.put("counted_at", at.toString()));
        return json;
    }

    ObjectNode scrub(ScrubState.State scrub) {
        ObjectNode json = object().put("phase", word(scrub.phase()));
        scrub.share().ifPresent(share -> json.put("share", share));
        scrub.begun().ifPresent(at -> json.put("begun_at", at.toString()));
        scrub.next().ifPresent(at -> json.put("next_at", at.toString()));
        scrub.ended().ifPresent(at -> json.put("ended_at", at.toString()));
        return json.put("damaged", scrub.damaged());
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
