package dev.strata.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Strata, started by the command that its documentation gives.
 *
 * @param environment what is added to its environment
 */
record Strata(String commandLine, Map<String, String> environment) implements Server {

    Strata(String commandLine) {
        this(commandLine, Map.of());
    }

    Strata with(String setting) {
        return new Strata(commandLine + " " + setting, environment);
    }

    @Override
    public String name() {
        return "strata";
    }

    @Override
    public String description() {
        return commandLine;
    }

    @Override
    public boolean isRegistry() {
        return true;
    }

    /** The file after {@code -jar}, which has to be there, or the program itself where there is none. */
    String program() {
        List<String> words = words();
        int jar = words.indexOf("-jar");
        return jar >= 0 && jar + 1 < words.size() ? words.get(jar + 1) : words.getFirst();
    }

    @Override
    public Launch prepare(Path directory, int port) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = words().stream()
                .map(word -> word.equals("java") ? java : word)
                .map(word -> word.replace("{port}", Integer.toString(port)))
                .map(word -> word.replace("{data}", directory.resolve("data").toString()))
                .toList();
        return new Launch(command, environment);
    }

    private List<String> words() {
        return Arrays.asList(commandLine.strip().split("\\s+"));
    }
}
