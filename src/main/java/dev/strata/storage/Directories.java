package dev.strata.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Forces names to the disk: a file's bytes are durable only when the directory that names it is. */
final class Directories {

    private Directories() {}

    static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Creates a directory, and those above it, such that they outlive a power cut. */
    static void create(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path parent = directory.getParent();
        create(parent);
        Files.createDirectories(directory);
        force(parent);
    }
}
