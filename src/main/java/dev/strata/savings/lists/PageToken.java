package dev.strata.savings.lists;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a list goes on: behind an entry with this figure, number and name. Nothing for clients to read.
 *
 * @param figure by which the list is sorted; 0 where it is sorted by names
 * @param number what comes second
 * @param name what comes last
 */
public record PageToken(long figure, long number, String name) {

    private static final Pattern GRAMMAR = Pattern.compile("(\\d{1,18}):(\\d{1,18}):([\\x20-\\x7e]{0,255})");

    /** @throws RegistryException PARAMETER_INVALID for what {@link #toString} did not write */
    public static PageToken of(String text) {
        try {
            Matcher parts = GRAMMAR.matcher(new String(Base64.getUrlDecoder().decode(text), StandardCharsets.ISO_8859_1));
            if (parts.matches()) {
                return new PageToken(Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2)), parts.group(3));
            }
        } catch (IllegalArgumentException e) {
            throw invalid(text);
        }
        throw invalid(text);
    }

    private static RegistryException invalid(String text) {
        return new RegistryException(
                Problem.PARAMETER_INVALID, "after is taken from the next of the page before", Map.of("after", text));
    }

    @Override
    @JsonValue
    public String toString() {
        byte[] text = (figure + ":" + number + ":" + name).getBytes(StandardCharsets.ISO_8859_1);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text);
    }
}
