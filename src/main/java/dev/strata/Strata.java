package dev.strata;

import dev.strata.agent.commandline.Agent;
import dev.strata.upkeep.commands.CommandCaller;
import dev.strata.upkeep.backup.RestoreCommand;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableScheduling;
import picocli.CommandLine;

/**
 * The program: {@code serve} starts the registry. What it does for whoever has its directory, such as {@code import}, is done
 * by the one that runs, or by one that starts for that. The other commands work with one over HTTP, and start no Spring.
 */
@SpringBootApplication
@EnableScheduling
public class Strata {

    private static final String USAGE = """
            Usage: java -jar strata.jar COMMAND

            serve [--server.port=5000] [--strata.data-dir=data] [--<setting>=<value> …]
                Serves the registry. The settings are listed in docs/settings.md.
            build [options] -t <registry>/<repository>:<tag> CONTEXT
                Builds an image with the help of the registry's layer cache, and pushes it.
            plan, explain [options] -t <registry>/<repository>:<tag> CONTEXT
                Says which steps the layer cache has, and why it lacks the others.
            login [--username=<name>] [--password-stdin] <registry>
                Logs in to a registry, and keeps that where docker does.
            access explain --as <who> --on <repository> --may <right>
                Says whether somebody may do something, and by which grant.
            import [--only=<pattern>] [--keep-tags] DIRECTORY [--strata.data-dir=data]
                Takes all images of a directory that docker's registry keeps.
            import [--to=<registry>] [--only=<pattern>] [--keep-tags] https://<registry>
                Copies the images of another registry.
            export [--registry=<registry>] [--tags=<pattern>] -o FILE REPOSITORY
                Writes the images of a repository as an image layout of OCI.
            backup [--copy] DIRECTORY [--strata.data-dir=data]
                Writes a backup of the registry, which goes on meanwhile.
            restore [--run=<name>] DIRECTORY [--strata.data-dir=data]
                Makes a data directory out of a backup.
            migrate --to=FILE [--strata.data-dir=data]
                Moves the registry to another database and another store.
            check [--rate=<megabytes>] [--strata.data-dir=data]
                Reads all content again, and says what is damaged.
            rehearse [<rounds>]
                Serves an empty registry for some seconds and uses it. It is for packaging, with -XX:AOTCacheOutput.

            build, plan, explain, login, access, import, export, backup, restore, migrate and check list their options with --help.
            """;
    private static final int USAGE_ERROR = 2;

    /** Runs the command that the first argument names. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        String command = arguments.length == 0 ? "help" : arguments[0];
        switch (command) {
            case "serve" ->
                SpringApplication.run(Strata.class, Arrays.copyOfRange(arguments, 1, arguments.length));
            case "rehearse" ->
                Rehearsal.run(arguments.length == 1 ? Rehearsal.ROUNDS : Integer.parseInt(arguments[1]));
            case "build", "plan", "explain", "login", "access", "export" -> System.exit(Agent.run(arguments));
            case "backup", "check", "migrate" -> System.exit(operate(arguments));
            case "restore" ->
                System.exit(new CommandLine(new RestoreCommand(System.out))
                        .execute(Arrays.copyOfRange(arguments, 1, arguments.length)));
            case "import" -> System.exit(isFromRegistry(arguments) ? Agent.run(arguments) : operate(arguments));
            case "help", "--help", "-h" -> System.out.print(USAGE);
            default -> {
                System.err.println("Unknown command: " + command);
                System.err.print(USAGE);
                System.exit(USAGE_ERROR);
            }
        }
    }

    private static boolean isFromRegistry(String[] arguments) {
        return Arrays.stream(arguments).anyMatch(argument -> argument.matches("https?://.*"));
    }

    /** Has the registry itself do something: the one that runs, or one that starts for it and listens nowhere. */
    private static int operate(String[] arguments) {
        CommandCaller caller = new CommandCaller(
                System.getenv(),
                settings -> {
                    List<String> all = new ArrayList<>(List.of(
                            "--server.port=-1",
                            "--server.address=127.0.0.1",
                            "--management.server.port=-1",
                            "--logging.level.root=warn"));
                    all.addAll(settings);
                    return SpringApplication.run(Strata.class, all.toArray(String[]::new));
                },
                System.out);
        return caller.run(List.of(arguments));
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
