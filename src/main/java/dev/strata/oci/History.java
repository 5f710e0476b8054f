package dev.strata.oci;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an image's configuration tells of one instruction: OCI Image Specification, config.md, property "history".
 *
 * @param created when it was carried out, where that is said
 * @param createdBy the instruction as the builder wrote it down; empty where it did not
 * @param author who wrote the build; empty where that is not said
 * @param comment what else the builder says, such as its own name; often empty
 * @param emptyLayer whether it left no layer
 */
public record History(
        Optional<Instant> created, String createdBy, String author, String comment, boolean emptyLayer) {

    private static final String HIDDEN = "…";
    /** {@code ARG NAME=value}, also as the classic builder and buildah write it. */
    private static final Pattern DECLARATION =
            Pattern.compile("((?:\\S+ -c )?(?:#\\(nop\\)\\s+)?ARG [^=]*=).*", Pattern.DOTALL);
    /** {@code |<n> <name>=<value> …}, and behind it the command. */
    private static final Pattern COMMAND = Pattern.compile("((?:RUN )?\\|\\d+ )(.*)", Pattern.DOTALL);
    /** Where a command of a shell begins; it cannot be told where that of another program does. */
    private static final Pattern SHELL = Pattern.compile("(?:^|\\s)(/(?:\\S*/)?(?:a|ba|da|k|z)?sh\\s.*)", Pattern.DOTALL);

    /**
     * The instruction as everybody may see it: without the values of build arguments, which are often secrets. A command
     * that cannot be told from the values before it is left out too.
     */
    public String withoutArguments() {
        Matcher declaration = DECLARATION.matcher(createdBy);
        if (declaration.matches()) {
            return declaration.group(1) + HIDDEN;
        }
        Matcher command = COMMAND.matcher(createdBy);
        if (!command.matches()) {
            return createdBy;
        }
        Matcher shell = SHELL.matcher(command.group(2));
        return command.group(1) + HIDDEN + (shell.find() ? " " + shell.group(1) : "");
    }
}
