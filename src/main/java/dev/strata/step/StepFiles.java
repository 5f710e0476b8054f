package dev.strata.step;

import dev.strata.oci.Digest;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The lists of the files that a step takes from the build context, as they are sent beside it: that of a copy, or one for
 * each such bind mount of a command.
 *
 * @param ofMounts whether they are those of mounts
 * @param lists in the order of the mounts
 */
public record StepFiles(boolean ofMounts, List<ContentList> lists) {

    private static final String FIELD = ContentList.FIELD;

    public StepFiles {
        lists = List.copyOf(lists);
    }

    /** That of a copy. */
    public static StepFiles ofCopy(ContentList list) {
        return new StepFiles(false, List.of(list));
    }

    /** Those of mounts, in their order. */
    public static StepFiles ofMounts(List<ContentList> lists) {
        return new StepFiles(true, lists);
    }

    /**
     * Reads what was sent: a list, or an array of lists.
     *
     * @throws RegistryException STEP_INVALID with the field that is missing, unknown or of another shape
     */
    public static StepFiles of(JsonNode files) {
        if (!files.isArray() || files.isEmpty() || !files.get(0).isArray()) {
            return ofCopy(ContentList.of(files, FIELD));
        }
        List<ContentList> lists = new ArrayList<>();
        for (JsonNode list : files) {
            lists.add(ContentList.of(list, FIELD + "[" + lists.size() + "]"));
        }
        return ofMounts(lists);
    }

    /** The lists as they are sent. */
    public ArrayNode toJson() {
        if (!ofMounts) {
            return lists.getFirst().toJson();
        }
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        lists.forEach(list -> array.add(list.toJson()));
        return array;
    }

    /** @throws RegistryException STEP_INVALID where these are not the lists of what the operation takes */
    public void requireContentOf(Operation operation) {
        List<Digest> contents = operation.listedContents();
        if (contents.isEmpty() || ofMounts != operation instanceof Operation.Run || contents.size() != lists.size()) {
            throw new RegistryException(
                    Problem.STEP_INVALID,
                    "files go with a copy, or with the bind mounts of a command, whose content is the digest of a list",
                    Map.of("field", FIELD, "contents", contents.size()));
        }
        for (int i = 0; i < contents.size(); i++) {
            Digest actual = lists.get(i).digest();
            if (!actual.equals(contents.get(i))) {
                throw new RegistryException(
                        Problem.STEP_INVALID,
                        "files have another digest than the step's content",
                        Map.of(
                                "field", ofMounts ? FIELD + "[" + i + "]" : FIELD,
                                "content", contents.get(i).toString(),
                                "actual", actual.toString()));
            }
        }
    }
}
