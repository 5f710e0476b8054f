package dev.strata.dockerfile.words;

import dev.strata.dockerfile.text.RawText;
import dev.strata.dockerfile.text.Space;
import dev.strata.dockerfile.text.SyntaxProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads text the way that a shell reads words: quotes, escapes and variables. One reader reads one text once.
 *
 * <p>Dockerfile reference, section "Environment replacement".
 */
public final class WordReader {

    private static final int END = -1;
    private static final int DEEPEST = 100;
    static final int LONGEST = 4 * 1024 * 1024;

    private final String text;
    private final char escape;
    private Function<String, Optional<String>> variables = name -> Optional.empty();
    private boolean keepUnset;
    private boolean keepQuotes;
    private boolean keepEscapes;
    private boolean plainQuotes;
    /**
     * The word that is being read. A substitution's own word is read into it too, and with that what stands before it is
     * lost: so BuildKit does it.
     */
    private final StringBuilder openWord = new StringBuilder();

    private int position;
    private int depth;

    private WordReader(String text, char escape) {
        // Go's scanner passes over a byte order mark, and has U+FFFD for what is no text.
        this.text = RawText.replaced(text.startsWith("\uFEFF") ? text.substring(1) : text);
        this.escape = escape;
    }

    public static WordReader of(String text, char escape) {
        return new WordReader(text, escape);
    }

    public WordReader with(Function<String, Optional<String>> values) {
        variables = values;
        return this;
    }

    /** Variables without a value stay as they are written. */
    public WordReader keepingUnset() {
        keepUnset = true;
        return this;
    }

    public WordReader keepingQuotes() {
        keepQuotes = true;
        return this;
    }

    public WordReader keepingEscapes() {
        keepEscapes = true;
        return this;
    }

    /** Quotes mean nothing, as in a here-document. */
    WordReader withPlainQuotes() {
        plainQuotes = true;
        return this;
    }

    /** The text as one word. */
    public String word() {
        return readUntil(END, keepEscapes, false).text.toString();
    }

    /** The text's words; space in quotes does not part them, space in a variable's value does. */
    public List<String> words() {
        return readUntil(END, keepEscapes, false).words();
    }

    private Words readUntil(int stop, boolean rawEscapes, boolean inPattern) {
        boolean outer = keepEscapes;
        keepEscapes = rawEscapes;
        if (++depth > DEEPEST) {
            throw new SyntaxProblem("substitutions are nested more than " + DEEPEST + " times");
        }
        try {
            openWord.setLength(0);
            Words words = new Words(openWord);
            while (position < text.length()) {
                char c = text.charAt(position);
                if (c == stop) {
                    position++;
                    words.words();
                    return words;
                }
                if (c == '$') {
                    words.addSplitting(variable());
                } else if (c == '<') {
                    words.add(redirection());
                } else if (c == '\'' && !plainQuotes) {
                    words.add(singleQuoted(inPattern));
                } else if (c == '"' && !plainQuotes) {
                    words.add(doubleQuoted(inPattern));
                } else {
                    position++;
                    if (c != escape) {
                        words.addSplitting(String.valueOf(c));
                    } else {
                        escaped(words);
                    }
                }
            }
            if (stop != END) {
                throw new SyntaxProblem("the substitution lacks its closing '" + (char) stop + "'");
            }
            return words;
        } finally {
            keepEscapes = outer;
            depth--;
        }
    }

    private void escaped(Words words) {
        if (keepEscapes) {
            words.add(String.valueOf(escape));
        }
        if (position < text.length()) {
            int character = text.codePointAt(position);
            position += Character.charCount(character);
            words.add(Character.toString(character));
        }
    }

    private String redirection() {
        int start = position++;
        if (position < text.length() && text.charAt(position) == '<') {
            position++;
            while (position < text.length() && " \t\r".indexOf(text.charAt(position)) >= 0) {
                position++;
            }
        }
        return text.substring(start, position);
    }

    private String singleQuoted(boolean inPattern) {
        int end = text.indexOf('\'', position + 1);
        if (end < 0) {
            throw new SyntaxProblem("a single quote is not closed");
        }
        String quoted = text.substring(position + 1, end);
        position = end + 1;
        if (inPattern) {
            quoted = quoted.replace(String.valueOf(escape), String.valueOf(escape) + escape);
        }
        return keepQuotes ? "'" + quoted + "'" : quoted;
    }

    private String doubleQuoted(boolean inPattern) {
        StringBuilder quoted = new StringBuilder(keepQuotes ? "\"" : "");
        position++;
        while (position < text.length()) {
            char c = text.charAt(position);
            if (c == '"') {
                position++;
                return quoted.append(keepQuotes ? "\"" : "").toString();
            }
            if (c == '$') {
                quoted.append(variable());
                continue;
            }
            position++;
            if (c != escape) {
                quoted.append(c);
            } else if (position < text.length()) {
                char next = text.charAt(position);
                if (next == '"' || next == '$' || next == escape) {
                    quoted.append(keepEscapes ? String.valueOf(escape) : "").append(next);
                    position++;
                } else {
                    // Elsewhere the escape is a character like others, which a pattern has to see doubled.
                    boolean doubled = keepEscapes && (!keepQuotes || inPattern);
                    quoted.append(doubled ? String.valueOf(escape) : "").append(escape);
                }
            }
        }
        throw new SyntaxProblem("a double quote is not closed");
    }

    private String variable() {
        position++;
        if (position == text.length() || text.charAt(position) != '{') {
            String name = name();
            return name.isEmpty() ? "$" : value(name).orElse(keepUnset ? "$" + name : "");
        }
        position++;
        if (position == text.length()) {
            throw new SyntaxProblem("the substitution lacks its closing '}'");
        }
        if ("{}:".indexOf(text.charAt(position)) >= 0) {
            throw new SyntaxProblem("a substitution needs a variable's name");
        }
        String name = name();
        if (position == text.length()) {
            throw new SyntaxProblem("the substitution lacks its closing '}'");
        }
        char modifier = text.charAt(position++);
        return switch (modifier) {
            case '}' -> value(name).orElse(keepUnset ? "${" + name + "}" : "");
            case ':' -> conditional(name, position < text.length() ? text.charAt(position++) : '}', true);
            case '-', '+', '?' -> conditional(name, modifier, false);
            case '#', '%' -> trimmed(name, modifier);
            case '/' -> replaced(name);
            default -> throw unsupported(String.valueOf(modifier));
        };
    }

    private String conditional(String name, char modifier, boolean emptyIsUnset) {
        if (modifier == '#' || modifier == '%') {
            throw unsupported(":" + modifier);
        }
        String word = readUntil('}', false, false).text.toString();
        Optional<String> value = value(name);
        if (keepUnset && value.isEmpty()) {
            return "${" + name + (emptyIsUnset ? ":" : "") + modifier + word + "}";
        }
        if ("-+?".indexOf(modifier) < 0) {
            throw unsupported(":" + modifier);
        }
        Optional<String> present = value.filter(set -> !emptyIsUnset || !set.isEmpty());
        return switch (modifier) {
            case '-' -> present.orElse(word);
            case '+' -> present.isPresent() ? word : "";
            default -> present.orElseThrow(() -> new SyntaxProblem(name + ": " + (word.isEmpty()
                    ? "is not allowed to be " + (value.isEmpty() ? "unset" : "empty")
                    : word)));
        };
    }

    private String trimmed(String name, char modifier) {
        String pattern = readUntil('}', true, true).text.toString();
        Optional<String> value = value(name);
        if (value.isEmpty() && keepUnset) {
            return "${" + name + modifier + pattern + "}";
        }
        String trimmed = value.orElse("");
        boolean longest = !pattern.isEmpty() && pattern.charAt(0) == modifier;
        String shell = longest ? pattern.substring(1) : pattern;
        return modifier == '#'
                ? ShellPattern.trimStart(shell, trimmed, longest)
                : ShellPattern.trimEnd(shell, trimmed, longest);
    }

    private String replaced(String name) {
        boolean all = position < text.length() && text.charAt(position) == '/';
        if (all) {
            position++;
        }
        String pattern = readUntil('/', true, true).text.toString();
        String replacement = readUntil('}', true, false).text.toString();
        Optional<String> value = value(name);
        if (value.isEmpty() && keepUnset) {
            return "${" + name + "/" + pattern + "/" + replacement + "}";
        }
        return ShellPattern.replace(pattern, value.orElse(""), replacement, all);
    }

    private Optional<String> value(String name) {
        return variables.apply(name);
    }

    private String name() {
        int start = position;
        if (start < text.length() && "@*#?-$!0".indexOf(text.charAt(start)) >= 0 && !isDigits(start)) {
            position++;
            return text.substring(start, position);
        }
        boolean number = isDigits(start);
        while (position < text.length() && (isDigits(position) || !number && isOfName(text.codePointAt(position)))) {
            position += Character.charCount(text.codePointAt(position));
        }
        return text.substring(start, position);
    }

    private static boolean isOfName(int character) {
        return Character.isLetter(character) || character == '_';
    }

    private boolean isDigits(int at) {
        return at < text.length() && Character.isDigit(text.codePointAt(at));
    }

    private static SyntaxProblem unsupported(String modifier) {
        return new SyntaxProblem("the modifier '" + modifier + "' of a substitution is not supported");
    }

    /** What was read: as one text, and parted at space that was neither quoted nor escaped. */
    private static final class Words {

        private final StringBuilder text = new StringBuilder();
        private final List<String> done = new ArrayList<>();
        private final StringBuilder open;

        Words(StringBuilder open) {
            this.open = open;
        }

        void add(String part) {
            append(part);
            open.append(part);
        }

        void addSplitting(String part) {
            append(part);
            for (int i = 0; i < part.length(); i++) {
                if (Space.is(part.charAt(i))) {
                    close();
                } else {
                    open.append(part.charAt(i));
                }
            }
        }

        private void append(String part) {
            if (part.length() > LONGEST - text.length()) {
                throw new SyntaxProblem("with its variables replaced it has more than " + LONGEST + " characters");
            }
            text.append(part);
        }

        List<String> words() {
            close();
            return List.copyOf(done);
        }

        private void close() {
            if (!open.isEmpty()) {
                done.add(open.toString());
                open.setLength(0);
            }
        }
    }
}
