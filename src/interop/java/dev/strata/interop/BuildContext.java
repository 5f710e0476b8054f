package dev.strata.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A directory to build an image from. */
record BuildContext(Path directory) {

    /**
     * An image that prints two lines: one that was copied into it, and one that no second run of the build's command can make
     * again. So equal output tells that it is the same image, or that the command was not run again.
     */
    static BuildContext printing(Path directory, String base, String line) throws IOException {
        Files.writeString(directory.resolve("line"), line + "\n");
        Files.writeString(
                directory.resolve("Dockerfile"),
                """
                FROM %s
                RUN head -c 16 /dev/urandom | od -A n -t x1 >/random
                COPY line /line
                CMD ["cat", "/line", "/random"]
                """
                        .formatted(base));
        return new BuildContext(directory);
    }

    /** A file in an otherwise empty image, for what is only stored and never run. */
    static BuildContext file(Path directory, String line) throws IOException {
        Files.writeString(directory.resolve("line"), line + "\n");
        Files.writeString(directory.resolve("Dockerfile"), "FROM scratch\nCOPY line /line\n");
        return new BuildContext(directory);
    }

    @Override
    public String toString() {
        return directory.toString();
    }
}
