package dev.strata.dockerfile.patterns;

import dev.strata.dockerfile.text.Space;
import dev.strata.dockerfile.text.SyntaxProblem;
import java.util.ArrayList;
import java.util.List;

/**
 * What is left out of a build context, or of a COPY: the patterns of {@code .dockerignore} and of {@code --exclude}.
 * Docker's documentation, "Build context", section ".dockerignore files".
 *
 * <p>The last pattern that matches a path or a directory above it decides; one with {@code !} brings it back. How a pattern
 * counts that matches a directory above, the builders see differently: {@link Rule}.
 */
public final class IgnorePatterns {

    /** Leaves nothing out. */
    public static final IgnorePatterns NONE = new IgnorePatterns(List.of(), Rule.INHERITED);

    /** How a pattern counts for what is in a directory that it matches. */
    public enum Rule {
        /**
         * It counts there if it counted for the directory itself. It did not if the directory was left out already, or, with
         * {@code !}, if there was nothing to bring back. So BuildKit sees it, and docker's clients since version 23.
         */
        INHERITED,
        /** It counts there. So buildah sees it. */
        ANEW,
        /** It counts there if the directory has as many parts as the pattern. So docker's clients before version 23 see it. */
        ANEW_BY_PARTS
    }

    /** Which patterns counted for a directory. */
    private record Counted(String directory, boolean[] patterns) {}

    private final List<IgnorePattern> patterns;
    private final Rule rule;
    /** Of the directory that was asked for last: who goes through one asks for all that is in it. */
    private volatile Counted last = new Counted("", new boolean[0]);

    private IgnorePatterns(List<IgnorePattern> patterns, Rule rule) {
        this.patterns = patterns;
        this.rule = rule;
    }

    /** Those of an instruction's flags. */
    public static IgnorePatterns of(List<String> patterns) {
        return new IgnorePatterns(patterns.stream()
                .map(String::strip)
                .filter(pattern -> !pattern.isEmpty())
                .map(IgnorePattern::of)
                .toList(), Rule.INHERITED);
    }

    /** Those of a {@code .dockerignore} file, as BuildKit sees them. */
    public static IgnorePatterns parse(String text) {
        return parse(text, Rule.INHERITED);
    }

    /**
     * Those of a {@code .dockerignore} file.
     *
     * @throws DockerfileException with the line of a pattern that is none
     */
    public static IgnorePatterns parse(String text, Rule rule) {
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
        return new IgnorePatterns(List.copyOf(patterns), rule);
    }

    /**
     * Whether a path is left out.
     *
     * @param path relative to the context, with {@code /} between its parts
     */
    public boolean excludes(String path) {
        return rule == Rule.INHERITED ? isLeftOut(count(path)) : excludesAnew(path);
    }

    /** The last pattern that counted decides. */
    private boolean isLeftOut(boolean[] counted) {
        for (int i = patterns.size() - 1; i >= 0; i--) {
            if (counted[i]) {
                return !patterns.get(i).bringsBack();
            }
        }
        return false;
    }

    /** Which patterns count for a path. */
    private boolean[] count(String path) {
        int slash = path.lastIndexOf('/');
        boolean[] above = slash < 0 ? new boolean[patterns.size()] : countOfDirectory(path.substring(0, slash));
        boolean[] counted = new boolean[patterns.size()];
        boolean excluded = false;
        for (int i = 0; i < counted.length; i++) {
            IgnorePattern pattern = patterns.get(i);
            counted[i] = above[i] || pattern.bringsBack() == excluded && pattern.matches(path);
            if (counted[i]) {
                excluded = !pattern.bringsBack();
            }
        }
        return counted;
    }

    private boolean[] countOfDirectory(String directory) {
        Counted known = last;
        if (!known.directory().equals(directory)) {
            known = new Counted(directory, count(directory));
            last = known;
        }
        return known.patterns();
    }

    private boolean excludesAnew(String path) {
        boolean excluded = false;
        for (IgnorePattern pattern : patterns) {
            boolean matches = rule == Rule.ANEW ? pattern.matchesPathOrParent(path) : pattern.matchesPathOrBeginning(path);
            if (matches) {
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
