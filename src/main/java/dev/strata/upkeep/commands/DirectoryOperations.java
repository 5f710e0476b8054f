package dev.strata.upkeep.commands;

import dev.strata.access.audit.Audit;
import dev.strata.problem.RegistryException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import picocli.CommandLine.Command;
import picocli.CommandLine;

/** Carries out commands of whoever has the data directory. */
@Component
public class DirectoryOperations {

    private static final Logger log = LoggerFactory.getLogger(DirectoryOperations.class);

    /** Something went wrong that a second try may mend. */
    private static final int FAILED = 1;

    private final List<DirectoryOperation> operations;
    private final Audit audit;

    DirectoryOperations(List<DirectoryOperation> operations, Audit audit) {
        this.operations = operations;
        this.audit = audit;
    }

    @Command(name = "strata", mixinStandardHelpOptions = true)
    static final class Root {}

    /**
     * Carries out a command, and returns its exit code.
     *
     * @param arguments the command's name and what follows it
     * @param user who gave it, as the system knows them
     * @param from the directory that relative paths begin in
     * @param out what the caller reads
     */
    public int run(List<String> arguments, String user, Path from, PrintWriter out) {
        audit.noteCommand(user, arguments);
        Lines lines = new Lines(out);
        CommandLine program = new CommandLine(new Root());
        operations.forEach(operation -> program.addSubcommand(operation.command(lines)));
        program.registerConverter(Path.class, text -> from.resolve(text).normalize());
        program.setOut(out);
        program.setErr(out);
        program.setExecutionExceptionHandler((failure, command, parsed) -> failed(failure, out));
        int code = program.execute(arguments.toArray(String[]::new));
        out.flush();
        return code;
    }

    private static int failed(Exception failure, PrintWriter out) {
        if (failure instanceof OperationException || failure instanceof RegistryException) {
            out.println("strata: " + failure.getMessage());
        } else if (!(failure instanceof Lines.CallerGoneException)) {
            log.error("A command failed", failure);
            out.println("strata: " + failure);
        }
        return FAILED;
    }
}
