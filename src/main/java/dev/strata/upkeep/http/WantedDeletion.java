package dev.strata.upkeep.http;

import dev.strata.json.StrictJson;
import dev.strata.oci.Digest;
import dev.strata.oci.Tag;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** What somebody wants to delete. */
record WantedDeletion(List<Tag> tags, List<Digest> digests) {

    /** In bytes; more than names of so many things have. */
    static final int LARGEST_BODY = 64 * 1024;

    /** Each is deleted before the answer. */
    private static final int MOST = 100;

    private static final Set<String> FIELDS = Set.of("tags", "digests");

    static WantedDeletion read(byte[] body) {
        JsonNode json = StrictJson.read(body, "the body", Problem.PARAMETER_INVALID);
        if (!json.isObject() || !FIELDS.containsAll(json.propertyNames())) {
            throw invalid("the body is a JSON object with tags and digests", "$");
        }
        WantedDeletion wanted = new WantedDeletion(all(json, "tags", Tag::of), all(json, "digests", Digest::of));
        int count = wanted.tags().size() + wanted.digests().size();
        if (count == 0 || count > MOST) {
            throw invalid("1 to " + MOST + " tags and digests are named", "$");
        }
        return wanted;
    }

    /** Programs in Go write an empty list as null. */
    private static <T> List<T> all(JsonNode json, String field, Function<String, T> read) {
        JsonNode array = json.path(field);
        if (!array.isArray() && !array.isMissingNode() && !array.isNull()) {
            throw invalid(field + " is an array", field);
        }
        List<T> all = new ArrayList<>();
        for (JsonNode each : array) {
            if (!each.isString()) {
                throw invalid(field + " has strings only", field);
            }
            all.add(read.apply(each.stringValue()));
        }
        return all;
    }

    private static RegistryException invalid(String message, String field) {
        return new RegistryException(Problem.PARAMETER_INVALID, message, Map.of("field", field));
    }
}
