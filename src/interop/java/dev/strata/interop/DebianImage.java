package dev.strata.interop;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A small Debian in the registry, the base of the images that tests build.
 *
 * @param name its full name with the tag
 * @param digest of its manifest
 */
record DebianImage(String name, String digest) {

    static final String REPOSITORY = "interop/debian";

    static DebianImage pushedTo(Registry registry) {
        String name = registry.image(REPOSITORY + ":12");
        Command.of("crane", "append", "--insecure", "-f", rootFileSystem().toString(), "-t", name).run();
        // What is made from a bare file system names no platform, and some clients pull nothing that doesn't.
        Command.of("crane", "mutate", "--insecure", "--set-platform", "linux/amd64", "-t", name, name).run();
        return new DebianImage(name, Command.of("crane", "digest", "--insecure", name).run().result());
    }

    /** A tar of the whole file system. */
    static Path rootFileSystem() {
        return file("STRATA_INTEROP_DEBIAN");
    }

    /** The same with a Java runtime in /opt/java/openjdk. */
    static Path javaFileSystem() {
        return file("STRATA_INTEROP_JAVA");
    }

    private static Path file(String variable) {
        return Optional.ofNullable(System.getenv(variable))
                .map(Path::of)
                .orElseThrow(() -> new AssertionError(variable + " is not set; run the tests under .ci/with-engines"));
    }
}
