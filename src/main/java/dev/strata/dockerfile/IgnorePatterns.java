package dev.strata.dockerfile;

import java.util.ArrayList;
import java.util.List;

/**
 * What is left out of a build context, or of a COPY: the patterns of {@code .dockerignore} and of {@code --exclude}.
 * Docker's documentation, "Build context", section ".dockerignore files".
 *
 * <p>The last pattern that matches a path or a directory above it decides; one with {@code !} brings it back.
 */
public final class IgnorePatterns {

    /** Leaves nothing out. */
    public static final IgnorePatterns NONE = new IgnorePatterns(List.of());

    private final List<IgnorePattern> patterns;

    private IgnorePatterns(List<IgnorePattern> patterns) {
        this.patterns = patterns;
    }

    /** Those of an instruction's flags. */
    public static IgnorePatterns of(List<String> patterns) {
        return new IgnorePatterns(patterns.stream()
                .map(String::strip)
                .filter(pattern -> !pattern.isEmpty())
                .map(IgnorePattern::of)
                .toList());
    }

    /**
     * Those of a {@code .dockerignore} file.
     *
     * @throws DockerfileException with the line of a pattern that is none
     */
    public static IgnorePatterns parse(String text) {
        List<IgnorePattern> patterns = new ArrayList<>();
        String[] lines = (text.startsWith("\uFEFF") ? text.substring(1) : text).split("\r?\n", -1);
        for (int i = 0; i < lines.length; i++) {
            String line = Space.trim(lines[i]);
            if (lines[i].startsWith("#") || line.isEmpty()) {
                continue;
            }
            try {
                patterns.add(IgnorePattern.of(line));
            } catch (SyntaxProblem problem) {
                throw problem.at(i + 1);
            }
        }
        return new IgnorePatterns(List.copyOf(patterns));
    }

    /**
     * Whether a path is left out.
     *
     * @param path relative to the context, with {@code /} between its parts
     */
    public boolean excludes(String path) {
        boolean excluded = false;
        for (IgnorePattern pattern : patterns) {
            if (pattern.bringsBack() == excluded && pattern.matchesPathOrParent(path)) {
                excluded = !pattern.bringsBack();
            }
        }
        return excluded;
    }

    /** Whether something below a directory that is left out may be brought back, so that it has to be looked at. */
    public boolean mayBringBackBelow(String directory) {
        return patterns.stream().anyMatch(pattern -> pattern.bringsBack() && pattern.mayMatchBelow(directory));
    }
}
