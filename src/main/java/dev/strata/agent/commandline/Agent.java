package dev.strata.agent.commandline;

import dev.strata.agent.process.Utf8Restart;
import java.io.PrintStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine;

/**
 * The command line of build agents: {@code build} makes an image with the layer cache's help, {@code plan} says what it
 * would do, {@code explain} why a step is not in the cache.
 */
@Command(
        name = "strata",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all is well",
            "1:the builder failed; or its own code",
            "2:the command line, the Dockerfile or the context is wrong",
            "3:a registry could not be reached, or refused",
            "130:stopped by the user"
        })
public final class Agent {

    private final PrintStream out;
    private final Surroundings surroundings;

    private Agent(PrintStream out, Surroundings surroundings) {
        this.out = out;
        this.surroundings = surroundings;
    }

    /**
     * Runs a command.
     *
     * @param arguments the command's name and what follows it
     * @return the exit code
     */
    public static int run(String[] arguments) {
        Utf8Restart.whereLettersAreLost(arguments, System.getenv());
        return run(System.out, arguments);
    }

    static int run(PrintStream out, String... arguments) {
        return run(out, Surroundings.real(), arguments);
    }

    static int run(PrintStream out, Surroundings surroundings, String... arguments) {
        return new CommandLine(new Agent(out, surroundings))
                .addSubcommand(new AccessCommand(out, surroundings.limits(), surroundings.logins()))
                .addSubcommand(new CopyCommand(out, surroundings.limits(), surroundings.logins()))
                .addSubcommand(new ExportCommand(out, surroundings.limits(), surroundings.logins()))
                .addSubcommand(new LoginCommand(out, surroundings.input(), surroundings.limits(), surroundings.logins()))
                .addSubcommand(new LogoutCommand(out, surroundings.limits(), surroundings.logins()))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments);
    }

    @Command(
            name = "build",
            mixinStandardHelpOptions = true,
            description = "Builds and pushes an image: what the cache has is taken from there, the builder makes the rest.")
    int build(@Mixin BuildOptions options) {
        return new Invocation(options, surroundings, out).build();
    }

    @Command(
            name = "plan",
            mixinStandardHelpOptions = true,
            description = "Says of each step whether the cache has it, and builds nothing.")
    int plan(@Mixin BuildOptions options) {
        return new Invocation(options, surroundings, out).plan();
    }

    @Command(
            name = "explain",
            mixinStandardHelpOptions = true,
            description = "Says of each step that the cache does not have what differs from the nearest that it has.")
    int explain(@Mixin BuildOptions options) {
        return new Invocation(options, surroundings, out).explain();
    }

}
