package dev.strata.upkeep.commands;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.strata.storage.directory.DataDirectory;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A command that was given to the registry that serves a directory, as its user would. */
public record Given(int code, String text) {

    public static Given command(DataDirectory data, String... words) {
        return command(data.root(), words);
    }

    public static Given command(Path data, String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CommandCaller caller = new CommandCaller(
                Map.of(),
                settings -> {
                    throw new AssertionError("no process takes commands for " + data);
                },
                new PrintStream(out, true, UTF_8));
        List<String> all = new ArrayList<>(List.of(words));
        all.add("--strata.data-dir=" + data);
        return new Given(caller.run(all), out.toString(UTF_8));
    }

    public List<String> lines() {
        return text.lines().toList();
    }
}
