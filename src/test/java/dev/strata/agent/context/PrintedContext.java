package dev.strata.agent.context;

import dev.strata.dockerfile.patterns.IgnorePatterns;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A program that prints the digest of files of a context; it is told which on its standard input, one a line. */
final class PrintedContext {

    private PrintedContext() {}

    public static void main(String[] arguments) throws IOException, NotCachedException {
        String asked = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        ContextFiles context = new ContextFiles(Path.of(arguments[0]), IgnorePatterns.NONE);
        System.out.println(context.files(asked.lines().toList(), List.of(), false).digest());
    }

    static void ask(Process process, List<String> sources) throws IOException {
        try (OutputStream in = process.getOutputStream()) {
            in.write(String.join("\n", sources).getBytes(StandardCharsets.UTF_8));
        }
    }
}
