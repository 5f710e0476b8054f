package dev.strata.hostile;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes odd documents of plain ones. */
record OddJson(Choice choice, OddText texts) {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String MARK = "\u0001mark\u0001";
    private static final int LARGE = 2_000_000;

    /** The document as it is, or with a few changes that keep it JSON, or no longer that. */
    byte[] of(String document) {
        if (choice.oneIn(4)) {
            return document.getBytes(UTF_8);
        }
        String changed = document;
        for (int change = choice.between(1, 3); change > 0; change--) {
            changed = changed(changed);
        }
        return choice.oneIn(6) ? broken(changed) : changed.getBytes(UTF_8);
    }

    private String changed(String document) {
        JsonNode root;
        try {
            root = JSON.readTree(document);
        } catch (RuntimeException unreadable) {
            return document; // an earlier change saw to that
        }
        List<JsonNode> containers = new ArrayList<>();
        gather(root, containers);
        if (containers.isEmpty()) {
            return literal();
        }
        String literal = literal();
        switch (choice.from(containers)) {
            case ObjectNode object -> change(object);
            case ArrayNode array -> change(array);
            default -> throw new IllegalStateException("a container is an object or an array");
        }
        return root.toString().replace("\"\\u0001mark\\u0001\"", literal);
    }

    private static void gather(JsonNode node, List<JsonNode> containers) {
        if (node.isContainer() && containers.size() < 1_000) {
            containers.add(node);
            node.forEach(child -> gather(child, containers));
        }
    }

    private void change(ObjectNode object) {
        List<String> names = new ArrayList<>(object.propertyNames());
        if (names.isEmpty() || choice.oneIn(6)) {
            object.put(choice.oneIn(2) ? texts.any() : "x", MARK);
            return;
        }
        String name = choice.from(names);
        if (choice.oneIn(4)) {
            object.remove(name);
        } else {
            object.put(name, MARK);
        }
    }

    private void change(ArrayNode array) {
        int place = array.isEmpty() ? 0 : choice.below(array.size());
        switch (choice.below(array.isEmpty() ? 1 : 4)) {
            case 0 -> array.add(MARK);
            case 1 -> array.set(place, JSON.getNodeFactory().stringNode(MARK));
            case 2 -> array.remove(place);
            default -> {
                JsonNode copied = array.get(place);
                int bytes = copied.toString().length() + 1;
                for (int copies = choice.length(LARGE / bytes + 1); copies > 0; copies--) {
                    array.add(copied);
                }
            }
        }
    }

    /** A value as it stands in a document. */
    private String literal() {
        return switch (choice.below(13)) {
            case 0 -> "null";
            case 1, 2 -> texts.number();
            case 3, 4, 5 -> quoted(texts.any());
            case 6 -> quoted(texts.letters(choice.length(LARGE)));
            case 7 -> "[]";
            case 8 -> "{}";
            case 9 -> "{\"a\":1,\"a\":2}";
            case 10 -> "[".repeat(choice.length(100_000)) + "]".repeat(choice.length(100_000));
            case 11 -> "\"\\ud800\"";
            default -> "[" + "{},".repeat(choice.length(LARGE / 3)) + "0]";
        };
    }

    static String quoted(String text) {
        return JSON.writeValueAsString(text);
    }

    private byte[] broken(String document) {
        byte[] bytes = document.getBytes(UTF_8);
        return switch (choice.below(7)) {
            case 0 -> java.util.Arrays.copyOf(bytes, choice.below(bytes.length + 1));
            case 1 -> ("\ufeff" + document).getBytes(UTF_8);
            case 2 -> document.getBytes(UTF_16LE);
            case 3 -> (document + texts.any()).getBytes(UTF_8);
            case 4 -> (" ".repeat(choice.length(200_000)) + document).getBytes(UTF_8);
            case 5 -> choice.bytes(choice.length(10_000));
            default -> {
                for (int flips = choice.between(1, 5); flips > 0 && bytes.length > 0; flips--) {
                    bytes[choice.below(bytes.length)] = (byte) choice.below(256);
                }
                yield bytes;
            }
        };
    }
}
