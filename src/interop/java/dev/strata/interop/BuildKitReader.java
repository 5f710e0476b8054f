package dev.strata.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** BuildKit's own reading of Dockerfiles: a small program around its packages, which .ci/install builds. */
public final class BuildKitReader {

    public static final JsonMapper JSON = JsonMapper.builder().build();

    private static final int AT_ONCE = 500;

    private BuildKitReader() {}

    /** What BuildKit reads in each of these files, in their order. */
    static List<JsonNode> read(List<byte[]> dockerfiles) {
        List<JsonNode> answers = new ArrayList<>();
        for (int from = 0; from < dockerfiles.size(); from += AT_ONCE) {
            List<byte[]> some = dockerfiles.subList(from, Math.min(from + AT_ONCE, dockerfiles.size()));
            answers.addAll(readSome(some));
        }
        return answers;
    }

    private static List<JsonNode> readSome(List<byte[]> dockerfiles) {
        try {
            Path directory = Files.createTempDirectory("strata-dockerfiles");
            try {
                Command command = Command.of("buildkit-reader", "read");
                for (int i = 0; i < dockerfiles.size(); i++) {
                    Path file = Files.write(directory.resolve(String.valueOf(i)), dockerfiles.get(i));
                    command = command.and(file.toString());
                }
                return lines(command);
            } finally {
                try (Stream<Path> files = Files.list(directory)) {
                    for (Path file : files.toList()) {
                        Files.delete(file);
                    }
                }
                Files.delete(directory);
            }
        } catch (IOException e) {
            throw new AssertionError("the files could not be written", e);
        }
    }

    /** Its answers to questions, in their order. */
    public static List<JsonNode> ask(String command, List<? extends JsonNode> questions) {
        try {
            Path file = Files.createTempFile("strata-questions", ".json");
            try {
                Files.write(file, questions.stream().map(JsonNode::toString).toList());
                return lines(Command.of("buildkit-reader", command, file.toString()));
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new AssertionError("the questions could not be written", e);
        }
    }

    private static List<JsonNode> lines(Command command) {
        return command.run().standard().lines().map(JSON::readTree).toList();
    }
}
