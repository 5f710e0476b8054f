package dev.strata.dockerfile.words;

import dev.strata.dockerfile.text.SyntaxProblem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The expansion of variables: {@code $name} and {@code ${name}} with the modifiers {@code :- - :+ + :? ? # ## % %% / //}.
 * Dockerfile reference, section "Environment replacement".
 */
public final class Expansion {

    private final char escape;
    private final Function<String, Optional<String>> variables;
    private final int line;

    private Expansion(char escape, Function<String, Optional<String>> variables, int line) {
        this.escape = escape;
        this.variables = variables;
        this.line = line;
    }

    /**
     * @param escape the file's escape character
     * @param variables the variables that are set
     */
    public static Expansion of(char escape, Map<String, String> variables) {
        return new Expansion(escape, name -> Optional.ofNullable(variables.get(name)), 1);
    }

    /** The same for text that stands on another line; errors name it. */
    public Expansion on(int number) {
        return new Expansion(escape, variables, number);
    }

    /**
     * Expands one word: variables are replaced, quotes and escapes resolved, space stays.
     *
     * @throws DockerfileException for quotes or substitutions that are not closed, and where {@code ?} finds no value
     */
    public String word(String text) {
        return located(() -> WordReader.of(text, escape).with(variables).word());
    }

    /** The same, parted into words at space that is not quoted; there may be none. */
    public List<String> words(String text) {
        return located(() -> WordReader.of(text, escape).with(variables).words());
    }

    /** Expands a here-document's text, in which quotes mean nothing. */
    public String document(String text) {
        return located(() -> WordReader.of(text, '\\').with(variables).withPlainQuotes().word());
    }

    private <T> T located(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (SyntaxProblem problem) {
            throw problem.at(line);
        }
    }
}
