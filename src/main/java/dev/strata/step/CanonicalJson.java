package dev.strata.step;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * The JSON Canonicalization Scheme, RFC 8785, for what steps consist of: objects, arrays, strings, booleans, null and
 * whole numbers that every language holds exactly (section 3.2.2.3 and RFC 7493, section 2.2).
 */
public final class CanonicalJson {

    private static final long LARGEST_NUMBER = (1L << 53) - 1;

    private final StringBuilder out = new StringBuilder();

    private CanonicalJson() {}

    /**
     * The canonical form of a document.
     *
     * @throws RegistryException STEP_INVALID for text that is no Unicode, and for numbers that are not whole or that
     *     have more than 53 bits
     */
    public static String of(JsonNode document) {
        CanonicalJson form = new CanonicalJson();
        form.write(document);
        return form.out.toString();
    }

    private void write(JsonNode node) {
        switch (node.getNodeType()) {
            case OBJECT -> writeObject(node);
            case ARRAY -> writeArray(node);
            case STRING -> writeString(node.stringValue());
            case BOOLEAN -> out.append(node.booleanValue());
            case NULL -> out.append("null");
            case NUMBER -> out.append(wholeNumber(node));
            case BINARY, POJO, MISSING -> throw new IllegalArgumentException("This is not of JSON: " + node.getNodeType());
        }
    }

    private void writeObject(JsonNode object) {
        List<Map.Entry<String, JsonNode>> members = new ArrayList<>(object.properties());
        members.sort(Map.Entry.comparingByKey()); // by UTF-16 code units, as section 3.2.3 wants it
        String separator = "";
        out.append('{');
        for (Map.Entry<String, JsonNode> member : members) {
            out.append(separator);
            writeString(member.getKey());
            out.append(':');
            write(member.getValue());
            separator = ",";
        }
        out.append('}');
    }

    private void writeArray(JsonNode array) {
        String separator = "";
        out.append('[');
        for (JsonNode element : array) {
            out.append(separator);
            write(element);
            separator = ",";
        }
        out.append(']');
    }

    private void writeString(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\b' -> out.append("\\b");
                case '\t' -> out.append("\\t");
                case '\n' -> out.append("\\n");
                case '\f' -> out.append("\\f");
                case '\r' -> out.append("\\r");
                default -> {
                    if (c < ' ') {
                        out.append(String.format("\\u%04x", (int) c));
                    } else if (!Character.isSurrogate(c)) {
                        out.append(c);
                    } else if (Character.isHighSurrogate(c)
                            && i + 1 < text.length()
                            && Character.isLowSurrogate(text.charAt(i + 1))) {
                        out.append(c).append(text.charAt(++i));
                    } else {
                        throw new RegistryException(
                                Problem.STEP_INVALID,
                                "text has half of a character, a lone surrogate",
                                Map.of("codeUnit", Integer.toHexString(c)));
                    }
                }
            }
        }
        out.append('"');
    }

    private static long wholeNumber(JsonNode number) {
        if (!number.isIntegralNumber()
                || !number.canConvertToLong()
                || Math.abs(number.longValue()) > LARGEST_NUMBER) {
            throw new RegistryException(
                    Problem.STEP_INVALID,
                    "a number must be whole and have 53 bits at the most",
                    Map.of("number", number.toString()));
        }
        return number.longValue();
    }
}
