package dev.strata.dockerfile.lines;

import dev.strata.dockerfile.text.SyntaxProblem;
import dev.strata.dockerfile.words.WordReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A here-document: the lines that follow an instruction, up to the word that it names. Dockerfile reference, section
 * "Here-Documents".
 *
 * @param name the word that ends it
 * @param expands whether COPY and ADD expand variables in it: they do where the word was not quoted
 * @param stripsTabs whether the tabs that its lines begin with are left out: {@code <<-}
 * @param text its lines as they stand in the file
 */
public record HereDocument(String name, boolean expands, boolean stripsTabs, String text) {

    private static final Pattern REDIRECTION = Pattern.compile("\\d*<<(-?)[\t\n\f\r ]*([^<]*)");
    private static final Pattern LEADING_TABS = Pattern.compile("^\t+", Pattern.MULTILINE);

    /** Its content: what a command reads, or a file holds. */
    public String content() {
        return stripsTabs ? LEADING_TABS.matcher(text).replaceAll("") : text;
    }

    public HereDocument withText(String lines) {
        return new HereDocument(name, expands, stripsTabs, lines);
    }

    /**
     * Reads a word such as {@code <<EOF} or {@code 3<<-"EOF"}; empty where it is no here-document.
     *
     * @throws SyntaxProblem for quotes that are not closed
     */
    static Optional<HereDocument> announcedBy(String word) {
        Matcher redirection = REDIRECTION.matcher(word);
        if (!redirection.matches() || redirection.group(2).isEmpty()) {
            return Optional.empty();
        }
        String name = redirection.group(2);
        List<String> words = WordReader.of(name, '\\').keepingUnset().words();
        List<String> quoted = WordReader.of(name, '\\').keepingUnset().keepingQuotes().words();
        if (words.size() != 1) {
            return Optional.empty();
        }
        boolean expands = quotes(words.getFirst()) == quotes(quoted.getFirst());
        return Optional.of(new HereDocument(words.getFirst(), expands, redirection.group(1).equals("-"), ""));
    }

    /** The same for a word that may be anything. */
    public static Optional<HereDocument> in(String word) {
        try {
            return announcedBy(word);
        } catch (SyntaxProblem anotherWord) {
            return Optional.empty();
        }
    }

    /** Those that a line announces, in the order in which their texts follow. */
    static List<HereDocument> announcedIn(String line) {
        if (!line.contains("<<")) {
            return List.of();
        }
        List<HereDocument> documents = new ArrayList<>();
        List<String> words;
        try {
            words = WordReader.of(line, '\\').keepingUnset().keepingQuotes().keepingEscapes().words();
        } catch (SyntaxProblem quotesThatTheShellWillJudge) {
            return List.of();
        }
        words.forEach(word -> announcedBy(word).ifPresent(documents::add));
        return documents;
    }

    private static long quotes(String word) {
        return word.chars().filter(c -> c == '"' || c == '\'').count();
    }
}
