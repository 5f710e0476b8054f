package dev.strata.upkeep.commands;

import dev.strata.storage.directory.DataDirectory;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.springframework.context.ConfigurableApplicationContext;

/** Gives a command to the process that serves the data directory; where none does, to a registry that starts for it alone. */
public final class CommandCaller {

    private static final int NO_DIRECTORY = 2;
    private static final String DIRECTORY = "--strata.data-dir=";
    /** The registry's own settings; everything else is the command's. */
    private static final Pattern SETTING = Pattern.compile("--(strata|spring|logging)\\..*");

    private final Map<String, String> environment;
    private final Function<List<String>, ConfigurableApplicationContext> registry;
    private final PrintStream out;

    /**
     * @param registry starts one with these settings
     * @param out what its user reads
     */
    public CommandCaller(
            Map<String, String> environment,
            Function<List<String>, ConfigurableApplicationContext> registry,
            PrintStream out) {
        this.environment = environment;
        this.registry = registry;
        this.out = out;
    }

    /** Has a command carried out, and returns its exit code. Its settings say which registry's. */
    public int run(List<String> words) {
        List<String> settings = words.stream().filter(word -> SETTING.matcher(word).matches()).toList();
        List<String> arguments = new ArrayList<>(words);
        arguments.removeAll(settings);
        Wire.Given command = new Wire.Given(Path.of("").toAbsolutePath(), arguments);
        try {
            Optional<SocketChannel> served = connect(directory(settings));
            return served.isPresent() ? give(command, served.get()) : runHere(command, settings);
        } catch (IOException e) {
            out.println("strata: the registry ended before the command did: " + e.getMessage());
            return NO_DIRECTORY;
        }
    }

    private Path directory(List<String> settings) {
        return settings.stream()
                .filter(setting -> setting.startsWith(DIRECTORY))
                .map(setting -> setting.substring(DIRECTORY.length()))
                .findFirst()
                .or(() -> Optional.ofNullable(environment.get("STRATA_DATADIR")))
                .or(() -> Optional.ofNullable(environment.get("STRATA_DATA_DIR")))
                .map(Path::of)
                .orElse(Path.of("data"))
                .toAbsolutePath()
                .normalize();
    }

    private static Optional<SocketChannel> connect(Path directory) {
        try {
            return Optional.of(SocketChannel.open(UnixDomainSocketAddress.of(DataDirectory.socket(directory))));
        } catch (IOException | IllegalArgumentException | UnsupportedOperationException e) {
            return Optional.empty(); // nobody serves it, or its path is too long
        }
    }

    private int give(Wire.Given command, SocketChannel served) throws IOException {
        try (served;
                DataOutputStream to = new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(served)))) {
            Wire.write(command, to);
            return Wire.readAll(new DataInputStream(new BufferedInputStream(Channels.newInputStream(served))), out);
        }
    }

    private int runHere(Wire.Given command, List<String> settings) {
        try (ConfigurableApplicationContext started = registry.apply(settings)) {
            PrintWriter writer = new PrintWriter(out, false, StandardCharsets.UTF_8);
            return started.getBean(DirectoryOperations.class)
                    .run(command.arguments(), System.getProperty("user.name"), command.from(), writer);
        }
    }
}
