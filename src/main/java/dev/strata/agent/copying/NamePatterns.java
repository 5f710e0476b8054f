package dev.strata.agent.copying;

import java.util.List;
import java.util.regex.Pattern;

/** Patterns of names, as grants have them: {@code *} is any part of one segment, {@code **} any part of a name. */
public final class NamePatterns {

    private static final Pattern STARS = Pattern.compile("\\*+|[^*]+");

    private final List<String> texts;
    private final List<Pattern> patterns;

    /** @param texts where there are none, every name matches */
    public NamePatterns(List<String> texts) {
        this.texts = List.copyOf(texts);
        this.patterns = texts.stream().map(NamePatterns::compile).toList();
    }

    private static Pattern compile(String text) {
        StringBuilder expression = new StringBuilder();
        STARS.matcher(text).results().map(part -> part.group()).forEach(part -> expression.append(
                switch (part.startsWith("*") ? Math.min(part.length(), 2) : 0) {
                    case 0 -> Pattern.quote(part);
                    case 1 -> "[^/]*";
                    default -> ".*";
                }));
        return Pattern.compile(expression.toString());
    }

    public boolean match(String name) {
        return patterns.isEmpty() || patterns.stream().anyMatch(pattern -> pattern.matcher(name).matches());
    }

    /** Whether there are some, and each is a name itself. */
    public boolean areNames() {
        return !texts.isEmpty() && texts.stream().noneMatch(text -> text.contains("*"));
    }
}
