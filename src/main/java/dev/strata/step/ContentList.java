package dev.strata.step;

import dev.strata.json.JsonFields;
import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The files that a step copies. The digest of their list is the step's content; times and owners are no part of it.
 *
 * @param entries sorted by path, by UTF-16 code units as canonical JSON sorts names, each path once
 */
public record ContentList(List<Entry> entries) {

    /** How many entries a list may have that is sent beside a step. */
    public static final int MOST_SENT = 10_000;

    /** The field in which it is sent. */
    static final String FIELD = "files";

    private static final Pattern MODE = Pattern.compile("[0-7]{4}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

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

    /** @throws RegistryException STEP_INVALID where a path is there twice or does not stand in its order */
    public ContentList {
        entries = List.copyOf(entries);
        requireOrder(entries, FIELD);
    }

    /**
     * The list of these entries, whatever their order.
     *
     * @throws RegistryException STEP_INVALID where a path is there twice
     */
    public static ContentList of(Collection<? extends Entry> entries) {
        return new ContentList(entries.stream()
                .sorted(Comparator.comparing(Entry::path))
                .<Entry>map(entry -> entry)
                .toList());
    }

    /**
     * Reads a list that was sent.
     *
     * @throws RegistryException STEP_INVALID with the field that is missing, unknown or of another shape, and where the
     *     list is not sorted or has more than {@value #MOST_SENT} entries
     */
    public static ContentList of(JsonNode files) {
        return of(files, FIELD);
    }

    /** @param field where it was sent */
    static ContentList of(JsonNode files, String field) {
        if (!files.isArray() || files.size() > MOST_SENT) {
            throw invalid(field + " is an array of " + MOST_SENT + " entries at the most", field);
        }
        List<Entry> entries = new ArrayList<>();
        for (JsonNode file : files) {
            entries.add(entry(new JsonFields(file, field + "[" + entries.size() + "]", Problem.STEP_INVALID)));
        }
        requireOrder(entries, field);
        return new ContentList(entries);
    }

    private static void requireOrder(List<Entry> entries, String field) {
        for (int i = 1; i < entries.size(); i++) {
            int order = entries.get(i - 1).path().compareTo(entries.get(i).path());
            if (order >= 0) {
                throw new RegistryException(
                        Problem.STEP_INVALID,
                        order == 0 ? "a path is listed twice" : "files are not sorted by path",
                        Map.of("field", field + "[" + i + "].path", "path", entries.get(i).path()));
            }
        }
    }

    private static Entry entry(JsonFields fields) {
        String path = fields.requiredText("path");
        String type = fields.requiredText("type");
        Entry entry =
                switch (type) {
                    case "file" ->
                        new Entry.File(
                                path,
                                mode(fields),
                                new Digest(DigestAlgorithm.SHA256, text(fields, "sha256", SHA256, "64 hex digits")));
                    case "directory" -> new Entry.Directory(path, mode(fields));
                    case "link" -> new Entry.Link(path, fields.requiredText("target"));
                    default -> throw invalid("type must be file, directory or link", fields.at("type"));
                };
        fields.requireNoOthers();
        return entry;
    }

    private static int mode(JsonFields fields) {
        return Integer.parseInt(text(fields, "mode", MODE, "4 octal digits"), 8);
    }

    private static String text(JsonFields fields, String field, Pattern pattern, String shape) {
        String text = fields.requiredText(field);
        if (!pattern.matcher(text).matches()) {
            throw invalid(fields.at(field) + " has " + shape, fields.at(field));
        }
        return text;
    }

    /** The sha256 digest of its canonical JSON. */
    public Digest digest() {
        return Digest.ofContent(
                DigestAlgorithm.SHA256, CanonicalJson.of(toJson()).getBytes(StandardCharsets.UTF_8));
    }

    /** The list as it is sent. */
    public ArrayNode toJson() {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        entries.forEach(entry -> list.add(json(entry)));
        return list;
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

    private static RegistryException invalid(String message, String field) {
        return new RegistryException(Problem.STEP_INVALID, message, Map.of("field", field));
    }
}
