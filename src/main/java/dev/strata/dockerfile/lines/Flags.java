package dev.strata.dockerfile.lines;

import dev.strata.dockerfile.text.RawText;
import dev.strata.dockerfile.text.Space;
import dev.strata.dockerfile.text.SyntaxProblem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The flags between an instruction's name and its arguments: {@code --name=value}. */
public final class Flags {

    /** Those that may stand several times. */
    private static final Set<String> REPEATED = Set.of("mount", "exclude", "device");

    public static final Flags NONE = new Flags(Map.of());

    private final Map<String, List<String>> values;

    private Flags(Map<String, List<String>> values) {
        this.values = values;
    }

    /** @throws SyntaxProblem for a flag that is not among the known ones, or stands twice */
    public static Flags of(List<String> words, Set<String> known) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            String name = word.substring(2, equals < 0 ? word.length() : equals);
            if (!known.contains(name)) {
                throw new SyntaxProblem("unknown flag --" + name);
            }
            if (values.containsKey(name) && !REPEATED.contains(name)) {
                throw new SyntaxProblem("the flag --" + name + " may stand once only");
            }
            values.computeIfAbsent(name, key -> new ArrayList<>()).add(equals < 0 ? "" : word.substring(equals));
        }
        return new Flags(values);
    }

    public Optional<String> value(String name) {
        return Optional.ofNullable(values.get(name)).map(given -> required(name, given.getFirst()));
    }

    public List<String> all(String name) {
        return values.getOrDefault(name, List.of()).stream()
                .map(value -> required(name, value))
                .toList();
    }

    /** A flag that is true where it stands without a value. */
    public Optional<Boolean> isSet(String name) {
        return Optional.ofNullable(values.get(name)).map(given -> switch (given.getFirst().toLowerCase(Locale.ROOT)) {
            case "", "=true" -> true;
            case "=false" -> false;
            default -> throw new SyntaxProblem(
                    "the flag --" + name + " is true or false, not '" + given.getFirst().substring(1) + "'");
        });
    }

    private static String required(String name, String valueWithEquals) {
        if (valueWithEquals.isEmpty()) {
            throw new SyntaxProblem("the flag --" + name + " lacks its value");
        }
        return valueWithEquals.substring(1);
    }

    /** Takes the flags off the front of an instruction's arguments; quotes and escapes in them are resolved. */
    static final class Reader {

        private final String text;
        private final char escape;
        private final List<String> words = new ArrayList<>();
        private int position;

        Reader(String text, char escape) {
            this.text = RawText.byByte(text); // BuildKit reads flags byte by byte
            this.escape = escape;
            read();
        }

        List<String> words() {
            return words;
        }

        String rest() {
            return Space.trim(RawText.ofBytes(text.substring(position)));
        }

        private void read() {
            skipSpace();
            while (text.startsWith("--", position)) {
                String word = word();
                if (word.equals("--")) {
                    return;
                }
                words.add(word);
                skipSpace();
            }
        }

        private String word() {
            StringBuilder word = new StringBuilder();
            char quote = 0;
            while (position < text.length()) {
                char c = text.charAt(position);
                if (quote == 0 && Space.is(c)) {
                    break;
                }
                position++;
                if (quote != 0 && c == quote) {
                    quote = 0;
                } else if (quote == 0 && (c == '"' || c == '\'')) {
                    quote = c;
                } else if (c != escape) {
                    word.append(c);
                } else if (position < text.length()) {
                    word.append(text.charAt(position++));
                }
            }
            return word.toString();
        }

        private void skipSpace() {
            while (position < text.length() && Space.is(text.charAt(position))) {
                position++;
            }
        }
    }
}
