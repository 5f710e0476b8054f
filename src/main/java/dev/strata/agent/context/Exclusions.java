package dev.strata.agent.context;

import dev.strata.agent.builders.Dialect;
import dev.strata.dockerfile.Instruction;
import dev.strata.dockerfile.patterns.IgnorePatterns;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What COPY and ADD leave out: Dockerfile reference, section "COPY --exclude". BuildKit matches the patterns with paths in
 * the directory that is copied, and with nothing else: a file that is itself a source is copied.
 *
 * <p>A pattern whose meaning is not certain leaves nothing out here. Then a change of what the builder leaves out costs a
 * miss, where the contrary would be a wrong hit.
 */
public final class Exclusions {

    /** It matches no path, or builders and we might not agree on what it matches. */
    private static final Pattern UNSURE = Pattern.compile("^/|[\\\\\\[\\]{}()+|^$]");

    private Exclusions() {}

    /** @param parents whether files keep the directories that they are in, so that patterns are matched with other paths */
    public static IgnorePatterns of(Instruction.Transfer transfer, boolean parents, Dialect dialect) {
        List<String> patterns = transfer.exclude().stream().map(String::strip).toList();
        boolean bringsBack = patterns.stream().anyMatch(pattern -> pattern.contains("!"));
        if (parents || bringsBack || dialect != Dialect.BUILDKIT) {
            return IgnorePatterns.NONE;
        }
        return IgnorePatterns.of(patterns.stream()
                .filter(pattern -> !isUnsure(pattern))
                .toList());
    }

    static boolean isUnsure(String pattern) {
        return UNSURE.matcher(pattern).find();
    }
}
