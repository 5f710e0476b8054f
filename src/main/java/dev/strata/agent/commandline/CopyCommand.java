package dev.strata.agent.commandline;

import dev.strata.agent.AgentException;
import dev.strata.agent.connection.ConnectionOptions;
import dev.strata.agent.connection.Http;
import dev.strata.agent.connection.RegistryAddress;
import dev.strata.agent.copying.CopyReport;
import dev.strata.agent.copying.NamePatterns;
import dev.strata.agent.copying.RegistryCopy;
import dev.strata.agent.login.Logins;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes the images of another registry over HTTP. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description = "Copies the images of another registry, by their tags, with all that refers to them. "
                + "A second run takes the difference, and goes on where the first was broken off.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all of it is here",
            "1:some of it could not be copied, as listed",
            "2:the command line is wrong",
            "3:a registry could not be reached, or refused"
        })
final class CopyCommand implements Callable<Integer> {

    private static final int INCOMPLETE = 1;

    @Parameters(paramLabel = "REGISTRY", description = "Where they come from: https://registry.example.")
    private String from = "";

    @Option(names = "--to", defaultValue = "http://127.0.0.1:5000", description = "The registry that gets them. By default ${DEFAULT-VALUE}.")
    private String to = "";

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "PATTERN",
            description = "Copy these repositories only: team/app, team/*, team/**. May be repeated. "
                    + "A registry that has no list of its repositories can be asked for those that are named in full.")
    private List<String> only = new ArrayList<>();

    @Option(names = "--tags", split = ",", paramLabel = "PATTERN", description = "Copy these tags only: v1.*. May be repeated.")
    private List<String> tags = new ArrayList<>();

    @Option(names = "--keep-tags", description = "Leave tags where they are that the registry has already.")
    private boolean keepTags;

    @Option(
            names = "--parallel",
            defaultValue = "4",
            paramLabel = "NUMBER",
            description = "How many images are copied at the same time. By default ${DEFAULT-VALUE}.")
    private int parallel;

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    private final PrintStream out;
    private final Http.Limits limits;
    private final Logins logins;

    CopyCommand(PrintStream out, Http.Limits limits, Logins logins) {
        this.out = out;
        this.limits = limits;
        this.logins = logins;
    }

    @Override
    public Integer call() {
        try {
            if (parallel < 1) {
                throw new AgentException(AgentException.Outcome.INVALID, "--parallel is at least 1");
            }
            RegistryAddress source = RegistryAddress.of(from, connection);
            RegistryAddress target = RegistryAddress.of(to, connection);
            NamePatterns repositories = new NamePatterns(only);
            CopyReport report = new CopyReport(out);
            new RegistryCopy(
                            new RegistryCopy.Registry(
                                    source.name(),
                                    new Http(source.uri(), limits, connection.client(), () -> logins.find(source.name()))),
                            new RegistryCopy.Registry(target.name(), target.open(connection, limits, logins)),
                            new RegistryCopy.Options(
                                    repositories::match,
                                    repositories.areNames() ? only : List.of(),
                                    new NamePatterns(tags)::match,
                                    keepTags,
                                    parallel),
                            report)
                    .run();
            report.sayAll();
            return report.isWhole() ? 0 : INCOMPLETE;
        } catch (AgentException e) {
            return LoginCommand.failed(String.valueOf(e.getMessage()), e.outcome());
        }
    }
}
