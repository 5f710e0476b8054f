package dev.strata.cache.http;

import dev.strata.cache.entries.Entry;
import dev.strata.cache.entries.EntrySource;
import dev.strata.cache.entries.Layer;
import dev.strata.cache.entries.MissReason;
import dev.strata.cache.leases.GrantedLease;
import dev.strata.cache.lookup.ExplainedMiss;
import dev.strata.cache.lookup.HitOrigin;
import dev.strata.cache.lookup.NotTaken;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Entries, misses and leases as JSON. */
final class EntryJson {

    private EntryJson() {}

    /** @param step as answers tell it */
    static ObjectNode entry(Entry entry, Optional<ObjectNode> step) {
        ObjectNode json = object().put("key", entry.key().toString());
        step.ifPresent(told -> json.set("step", told));
        json.put("scope", entry.scope().name());
        json.set("layer", entry.layer().<ObjectNode>map(EntryJson::layer).orElse(null));
        json.put("diff_id", entry.diffId().map(Object::toString).orElse(null));
        json.put("chain_id", entry.chainId().map(Object::toString).orElse(null));
        json.put("exec_ms", entry.execMs());
        json.put("builder", entry.builder());
        json.put("source", entry.source() == EntrySource.RECORDED ? "recorded" : "derived");
        addConfidence(entry, json);
        json.put("created_at", entry.createdAt().toString());
        json.put("verified", entry.verified());
        json.put("hits", entry.hits());
        json.put("last_hit_at", entry.lastHitAt().map(Object::toString).orElse(null));
        return json;
    }

    /** What is said of a hit, with the repository whose entry it is where that is another one. */
    static ObjectNode of(Optional<HitOrigin> origin, ObjectNode hit) {
        return origin.map(from -> hit.put("origin", from.repository().value())).orElse(hit);
    }

    static ObjectNode elsewhere(NotTaken entry) {
        return object()
                .put("repository", entry.repository().value())
                .put("scope", entry.scope().name())
                .put("why", entry.why().name());
    }

    static void addConfidence(Entry entry, ObjectNode json) {
        if (entry.source() == EntrySource.HINT) {
            json.put("confidence", "hint");
        }
    }

    static ObjectNode layer(Layer layer) {
        ObjectNode json = object()
                .put("mediaType", layer.mediaType().value())
                .put("digest", layer.digest().toString())
                .put("size", layer.size());
        if (!layer.annotations().isEmpty()) {
            json.set("annotations", layer.annotations().toJson());
        }
        return json;
    }

    static ObjectNode miss(MissReason reason) {
        return object().put("status", "miss").put("reason", reason.name());
    }

    static ObjectNode lease(GrantedLease lease) {
        ObjectNode json = object()
                .put("id", lease.id())
                .put("fence", lease.fence())
                .put("expires_at", lease.expiresAt().toString());
        if (lease.hedge()) {
            json.put("hedge", true);
        }
        return json;
    }

    static ObjectNode detail(ExplainedMiss why) {
        ObjectNode json = object();
        for (Map.Entry<String, List<String>> kind : why.detail().entrySet()) {
            kind.getValue().forEach(json.withArray(kind.getKey())::add);
        }
        if (why.more() > 0) {
            json.put("more", why.more());
        }
        return json;
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
