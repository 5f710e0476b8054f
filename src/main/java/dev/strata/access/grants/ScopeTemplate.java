package dev.strata.access.grants;

import dev.strata.access.rights.Glob;
import dev.strata.access.rights.InvalidGrantException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A glob of the cache's scopes, with claims in braces: {@code pr-{pull_request}}. A value is taken as it is and never as
 * a pattern. One with characters that a scope's name cannot have is not taken at all, since whoever starts a job has a
 * hand in it.
 */
public record ScopeTemplate(String text) {

    private static final Pattern NAME = Pattern.compile("\\{([A-Za-z_][A-Za-z0-9_]{0,63})}");
    private static final Pattern FRAME = Pattern.compile("[A-Za-z0-9._/*-]*");
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
    /** At the end, where nothing follows that a slash could anticipate. */
    private static final Pattern LAST_VALUE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._/-]{0,127}");

    /** @throws InvalidGrantException */
    public ScopeTemplate {
        if (text.isEmpty()
                || text.length() > Glob.LONGEST
                || !FRAME.matcher(NAME.matcher(text).replaceAll("")).matches()) {
            throw new InvalidGrantException("a scope is a pattern such as main, pr-* or pr-{pull_request}, not '" + text + "'");
        }
    }

    Set<String> names() {
        return NAME.matcher(text).results().map(name -> name.group(1)).collect(Collectors.toSet());
    }

    /** The glob for a caller; empty where a value is missing, or is none that may stand in a scope. */
    Optional<String> of(Map<String, String> values) {
        Matcher name = NAME.matcher(text);
        StringBuilder glob = new StringBuilder();
        while (name.find()) {
            String value = values.get(name.group(1));
            Pattern allowed = name.end() == text.length() ? LAST_VALUE : VALUE;
            if (value == null || !allowed.matcher(value).matches()) {
                return Optional.empty();
            }
            name.appendReplacement(glob, Matcher.quoteReplacement(value));
        }
        return Optional.of(name.appendTail(glob).toString());
    }

    @Override
    public String toString() {
        return text;
    }
}
