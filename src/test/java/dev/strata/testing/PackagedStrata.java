package dev.strata.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Strata as its image has it: target/strata.jar extracted, with the image's flags and a cache of what a start loads, which
 * {@code mvn verify} leaves under target/packaged. Tests start it many times, and so it takes a third of the time.
 */
public final class PackagedStrata {

    private static final Path DIRECTORY = Path.of("target", "packaged").toAbsolutePath();
    private static final Path FLAGS = Path.of("src", "main", "package", "jvm.options").toAbsolutePath();

    private PackagedStrata() {}

    /** The words that start it, which the command and its options follow. */
    public static List<String> words(String... moreFlags) {
        Path jar = DIRECTORY.resolve("strata.jar");
        Path cache = DIRECTORY.resolve("strata.aot");
        if (!Files.exists(cache)) {
            throw new AssertionError(cache + " is not there: mvn verify makes it");
        }
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.add("@" + FLAGS);
        words.add("-XX:AOTCache=" + cache);
        words.addAll(List.of(moreFlags));
        words.addAll(List.of("-jar", jar.toString()));
        return words;
    }
}
