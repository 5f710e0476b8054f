package dev.strata.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The forms in which an instruction's arguments are written. */
final class Text {

    /** What parts arguments. */
    static final Pattern SPACE = Pattern.compile("[\t\u000B\f\r ]+");

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private Text() {}

    /**
     * Reads the exec form, a JSON array of strings; empty where the text is no JSON array.
     *
     * @throws SyntaxProblem for an array that holds something else than strings
     */
    static Optional<List<String>> strings(String text) {
        if (!text.stripLeading().startsWith("[")) {
            return Optional.empty();
        }
        JsonNode array;
        try {
            array = JSON.readTree(text);
        } catch (JacksonException notJson) {
            return Optional.empty(); // `[ -f x ] && y` is a command
        }
        List<String> strings = new ArrayList<>(array.size());
        for (JsonNode element : array) {
            if (!element.isString()) {
                throw new SyntaxProblem("only strings may stand in the JSON array");
            }
            strings.add(element.stringValue());
        }
        return Optional.of(List.copyOf(strings));
    }

    /** Parts a text at space. */
    static List<String> parted(String text) {
        return text.isEmpty() ? List.of() : List.of(SPACE.split(text));
    }

    /** Parts a text at space outside of quotes; quotes and escapes stay. */
    static List<String> words(String text, char escape) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote == 0 && Character.isWhitespace(c)) {
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
