package dev.strata.step;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.oci.Problem;
import dev.strata.oci.RegistryException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The identity of files that a step copies: the sha256 digest of the canonical JSON of their list, sorted by path. Times
 * and owners are no part of it.
 */
public final class ContentDigest {

    /** What is in the list. A path is what the file has below the step's destination, with {@code /} between names. */
    public sealed interface Entry {

        String path();

        /**
         * A file.
         *
         * @param mode its permissions, 0 to 07777
         * @param sha256 the digest of its bytes
         */
        record File(String path, int mode, Digest sha256) implements Entry {}

        /**
         * A directory.
         *
         * @param mode its permissions, 0 to 07777
         */
        record Directory(String path, int mode) implements Entry {}

        /**
         * A symbolic link.
         *
         * @param target where it points, as it is written
         */
        record Link(String path, String target) implements Entry {}
    }

    private ContentDigest() {}

    /**
     * The digest of a list, whatever its order.
     *
     * @throws RegistryException STEP_INVALID where a path is there twice
     */
    public static Digest of(Collection<? extends Entry> entries) {
        SortedMap<String, Entry> sorted = new TreeMap<>();
        for (Entry entry : entries) {
            if (sorted.putIfAbsent(entry.path(), entry) != null) {
                throw new RegistryException(
                        Problem.STEP_INVALID, "a path is listed twice", Map.of("path", entry.path()));
            }
        }
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        sorted.values().forEach(entry -> list.add(json(entry)));
        return Digest.ofContent(
                DigestAlgorithm.SHA256, CanonicalJson.of(list).getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectNode json(Entry entry) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("path", entry.path());
        return switch (entry) {
            case Entry.File file ->
                json.put("type", "file").put("mode", octal(file.mode())).put("sha256", file.sha256().hex());
            case Entry.Directory directory -> json.put("type", "directory").put("mode", octal(directory.mode()));
            case Entry.Link link -> json.put("type", "link").put("target", link.target());
        };
    }

    private static String octal(int mode) {
        return String.format("%04o", mode & 07777);
    }
}
