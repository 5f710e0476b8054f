package dev.strata.access.grants;

import dev.strata.access.rights.Glob;
import dev.strata.access.rights.InvalidGrantException;
import java.util.ArrayList;
import java.util.List;

/**
 * A pattern of the subjects of certificates, which are written as RFC 4514 has it. Each part of a name is matched on its own,
 * so that nothing which somebody was certified as reaches beyond it. A part that is only a star stands for one or several.
 */
final class SubjectPattern {

    private final String text;
    private final List<Glob> parts;

    private SubjectPattern(String text, List<Glob> parts) {
        this.text = text;
        this.parts = parts;
    }

    /** @throws InvalidGrantException where it is none */
    static SubjectPattern of(String text) {
        Glob.of(text); // which says what is wrong with it as a whole
        return new SubjectPattern(text, parts(text).stream().map(part -> Glob.of(part.stripLeading())).toList());
    }

    boolean matches(String subject) {
        List<String> names = parts(subject);
        // Whether the parts of the pattern so far match so many parts of the subject.
        boolean[] matched = new boolean[names.size() + 1];
        matched[0] = true;
        for (Glob part : parts) {
            boolean[] next = new boolean[matched.length];
            for (int i = 0; i < names.size(); i++) {
                next[i + 1] = part.isOnlyStars()
                        ? matched[i] || next[i]
                        : matched[i] && part.matches(names.get(i));
            }
            matched = next;
        }
        return matched[names.size()];
    }

    /** What commas part from each other that are not escaped. */
    private static List<String> parts(String name) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) == '\\') {
                i++;
            } else if (name.charAt(i) == ',') {
                parts.add(name.substring(start, i));
                start = i + 1;
            }
        }
        parts.add(name.substring(start));
        return parts;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SubjectPattern pattern && pattern.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
