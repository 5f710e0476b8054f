package dev.strata.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;

/** {@code docs/team.md}, with names and places of a test in the place of those that a reader replaces. */
final class TeamGuide {

    private static final Pattern BLOCK =
            Pattern.compile("^```(\\w+)(?: (\\S+))?\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

    private final String text;

    /** @param names what to write in the place of what */
    TeamGuide(Map<String, String> names) {
        try {
            String read = Files.readString(Path.of("docs", "team.md"));
            for (Map.Entry<String, String> name : names.entrySet()) {
                read = read.replace(name.getKey(), name.getValue());
            }
            text = read;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Stream<Matcher> blocks() {
        Stream.Builder<Matcher> blocks = Stream.builder();
        Matcher block = BLOCK.matcher(text);
        while (block.find()) {
            Matcher one = BLOCK.matcher(text);
            one.find(block.start());
            blocks.add(one);
        }
        return blocks.build();
    }

    /** The file of a name. */
    String file(String name) {
        return blocks()
                .filter(block -> name.equals(block.group(2)))
                .map(block -> block.group(3))
                .findFirst()
                .orElseThrow(() -> new AssertionError("The guide has no " + name));
    }

    /** What is typed, in its order. */
    List<String> commands() {
        return blocks().filter(block -> block.group(1).equals("sh")).map(block -> block.group(3)).toList();
    }

    /** What the steps of a GitHub workflow's job run. */
    List<String> steps(String workflow) {
        Map<?, ?> jobs = (Map<?, ?>) yaml(workflow).get("jobs");
        List<?> steps = (List<?>) ((Map<?, ?>) jobs.get("build")).get("steps");
        return steps.stream()
                .map(step -> ((Map<?, ?>) step).get("run"))
                .filter(run -> run != null)
                .map(Object::toString)
                .toList();
    }

    /** What a GitLab job runs. */
    String script() {
        List<?> lines = (List<?>) ((Map<?, ?>) yaml(".gitlab-ci.yml").get("build")).get("script");
        return String.join("\n", lines.stream().map(Object::toString).toList());
    }

    /** What a pod runs. */
    List<String> podCommand() {
        List<?> containers = (List<?>) ((Map<?, ?>) yaml("pod.yaml").get("spec")).get("containers");
        List<?> words = (List<?>) ((Map<?, ?>) containers.getFirst()).get("command");
        return words.stream().map(Object::toString).toList();
    }

    private Map<?, ?> yaml(String name) {
        return new Yaml().load(file(name));
    }
}
