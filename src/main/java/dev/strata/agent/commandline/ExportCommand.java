package dev.strata.agent.commandline;

import dev.strata.agent.AgentException;
import dev.strata.agent.connection.ConnectionOptions;
import dev.strata.agent.connection.Http;
import dev.strata.agent.connection.RegistryAddress;
import dev.strata.agent.copying.LayoutDirectory;
import dev.strata.agent.copying.LayoutExport;
import dev.strata.agent.copying.LayoutTar;
import dev.strata.agent.copying.NamePatterns;
import dev.strata.agent.images.ImageName;
import dev.strata.agent.images.RepositoryClient;
import dev.strata.agent.login.Logins;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.problem.RegistryException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a repository as an image layout of OCI. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = "Writes the images of a repository, by their tags, as an image layout of OCI, which skopeo, oras and "
                + "others read.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all of it is there",
            "2:the command line is wrong",
            "3:the registry could not be reached, or refused"
        })
final class ExportCommand implements Callable<Integer> {

    private static final String STANDARD_OUTPUT = "-";

    @Parameters(paramLabel = "REPOSITORY", description = "The repository.")
    private String repository = "";

    @Option(names = "--registry", defaultValue = "http://127.0.0.1:5000", description = "By default ${DEFAULT-VALUE}.")
    private String registry = "";

    @Option(names = "--tags", split = ",", paramLabel = "PATTERN", description = "Write these tags only: v1.*. May be repeated.")
    private List<String> tags = new ArrayList<>();

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "PATH",
            description = "A directory that is there, or a tar that is made; - for a tar to the standard output.")
    private String output = "";

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    private final PrintStream out;
    private final Http.Limits limits;
    private final Logins logins;

    ExportCommand(PrintStream out, Http.Limits limits, Logins logins) {
        this.out = out;
        this.limits = limits;
        this.logins = logins;
    }

    @Override
    public Integer call() {
        try {
            RegistryAddress address = RegistryAddress.of(registry, connection);
            RepositoryName name = RepositoryName.of(repository);
            Http http = address.open(connection, limits, logins);
            RepositoryClient client = new RepositoryClient(http, new ImageName(address.name(), name, Tag.of("latest")));
            LayoutExport export = new LayoutExport(http, client, name, new NamePatterns(tags)::match);
            String written = write(export);
            if (!output.equals(STANDARD_OUTPUT)) {
                out.println(written);
            }
            return 0;
        } catch (AgentException e) {
            return LoginCommand.failed(String.valueOf(e.getMessage()), e.outcome());
        } catch (RegistryException e) {
            return LoginCommand.failed(String.valueOf(e.getMessage()), AgentException.Outcome.INVALID);
        } catch (IOException e) {
            return LoginCommand.failed(output + " cannot be written: " + e, AgentException.Outcome.INVALID);
        }
    }

    private String write(LayoutExport export) throws IOException {
        if (output.equals(STANDARD_OUTPUT)) {
            String written = export.to(new LayoutTar(out));
            if (out.checkError()) {
                throw new IOException("whoever reads it has ended");
            }
            return written;
        }
        Path path = Path.of(output);
        if (Files.isDirectory(path)) {
            return export.to(new LayoutDirectory(path));
        }
        // Under its own name only when it is whole.
        Path unfinished = path.resolveSibling(path.getFileName() + ".unfinished");
        try {
            String written = write(export, unfinished);
            Files.move(unfinished, path, StandardCopyOption.REPLACE_EXISTING);
            return written;
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private static String write(LayoutExport export, Path file) throws IOException {
        try (OutputStream to = Files.newOutputStream(file)) {
            return export.to(new LayoutTar(to));
        }
    }
}
