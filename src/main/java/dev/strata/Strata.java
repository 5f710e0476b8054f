package dev.strata;

import dev.strata.agent.commandline.Agent;
import java.io.IOException;
import java.time.Clock;
import java.util.Arrays;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableScheduling;

/** The program: {@code serve} starts the registry; the other commands work with one, and start no Spring. */
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
            rehearse
                Serves an empty registry for some seconds and uses it. It is for packaging, with -XX:AOTCacheOutput.

            build, plan, explain, login and access list their options with --help.
            """;
    private static final int USAGE_ERROR = 2;

    /** Runs the command that the first argument names. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        String command = arguments.length == 0 ? "help" : arguments[0];
        switch (command) {
            case "serve" ->
                SpringApplication.run(Strata.class, Arrays.copyOfRange(arguments, 1, arguments.length));
            case "rehearse" -> Rehearsal.run();
            case "build", "plan", "explain", "login", "access" -> System.exit(Agent.run(arguments));
            case "help", "--help", "-h" -> System.out.print(USAGE);
            default -> {
                System.err.println("Unknown command: " + command);
                System.err.print(USAGE);
                System.exit(USAGE_ERROR);
            }
        }
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
