package dev.strata.dockerfile;

import dev.strata.dockerfile.lines.HereDocument;
import dev.strata.dockerfile.patterns.IgnorePattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A command in the exec form (a JSON array) or the shell form (a line for the shell). Dockerfile reference, section "Shell
 * and exec form".
 *
 * @param words the exec form's words; in the shell form one, or none where the instruction has no argument
 * @param inShell whether it is the shell form
 * @param documents its here-documents; none in the exec form
 */
public record CommandLine(List<String> words, boolean inShell, List<HereDocument> documents) {

    private static final String SCRIPTS = "/dev/pipes/";

    /** A script of its own: a single here-document that begins with {@code #!}, which becomes a file for the shell to run. */
    public Optional<HereDocument> script() {
        return onlyDocument().filter(document -> document.content().startsWith("#!"));
    }

    /**
     * The command as it is run: the shell and its line, with here-documents as part of it. Of a {@link #script} the line
     * is the file's name in a directory in which BuildKit puts it.
     *
     * @param shell what SHELL says
     */
    public List<String> argv(List<String> shell) {
        if (!inShell) {
            return words;
        }
        Optional<HereDocument> script = script();
        List<String> argv = new ArrayList<>(shell);
        if (script.isPresent()) {
            argv.add("/" + IgnorePattern.clean(SCRIPTS + script.get().name()));
        } else if (onlyDocument().isPresent()) {
            argv.add(onlyDocument().get().content());
        } else {
            StringBuilder line = new StringBuilder(String.join(" ", words));
            documents.forEach(document -> line.append('\n').append(document.text()).append(document.name()));
            argv.add(line.toString());
        }
        return List.copyOf(argv);
    }

    /** The here-document where the line consists of nothing else. */
    private Optional<HereDocument> onlyDocument() {
        return !documents.isEmpty()
                        && words.size() == 1
                        && HereDocument.in(words.getFirst()).isPresent()
                ? Optional.of(documents.getFirst())
                : Optional.empty();
    }
}
