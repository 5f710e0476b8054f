package dev.strata.dockerfile.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The forms in which an instruction's arguments are written. */
public final class Text {

    private static final int DEEPEST = 10_000;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Text() {}

    /**
     * Reads the exec form, a JSON array of strings; empty where the text is no JSON array.
     *
     * @throws SyntaxProblem for an array that holds something else than strings
     */
    public static Optional<List<String>> strings(String text) {
        String array = Space.trimStart(text);
        if (!array.startsWith("[")) {
            return Optional.empty();
        }
        JsonNode elements;
        try {
            elements = JSON.readTree(array);
        } catch (JacksonException notJson) {
            return Optional.empty(); // `[ -f x ] && y` is a command
        }
        List<String> strings = new ArrayList<>(elements.size());
        if (elements.valueStream().anyMatch(element -> element.isNumber() && Double.isInfinite(element.asDouble()))) {
            return Optional.empty(); // Go's JSON has no such number
        }
        for (JsonNode element : elements) {
            if (!element.isString()) {
                throw new SyntaxProblem("only strings may stand in the JSON array");
            }
            strings.add(RawText.replaced(element.stringValue()));
        }
        return Optional.of(List.copyOf(strings));
    }

    /** The text in a field of a document that is a JSON object; empty where there is none. */
    public static Optional<String> field(String document, String name) {
        if (!Space.trimStart(document).startsWith("{")) {
            return Optional.empty();
        }
        try {
            return JSON.readTree(document).path(name).stringValueOpt().map(RawText::replaced);
        } catch (JacksonException notJson) {
            return Optional.empty();
        }
    }

    /** Parts a text at space. */
    public static List<String> parted(String text) {
        return text.isEmpty() ? List.of() : List.of(Space.BETWEEN_ARGUMENTS.split(text, -1));
    }

    /** Parts a text at space outside of quotes; quotes and escapes stay. */
    public static List<String> words(String text, char escape) {
        return partedAtSpace(RawText.replaced(text), escape);
    }

    private static List<String> partedAtSpace(String text, char escape) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote == 0 && Space.is(c)) {
                addWord(word, words);
                continue;
            }
            if (c == escape && quote != '\'') {
                if (i + 1 == text.length()) {
                    break; // an escape at the end escapes nothing
                }
                word.append(c);
                c = text.charAt(++i);
            } else if (quote == c) {
                quote = 0;
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            }
            word.append(c);
        }
        addWord(word, words);
        return words;
    }

    private static void addWord(StringBuilder word, List<String> words) {
        if (!word.isEmpty()) {
            words.add(word.toString());
            word.setLength(0);
        }
    }
}
