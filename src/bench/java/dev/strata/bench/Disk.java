package dev.strata.bench;

import java.io.IOException;
import java.nio.file.Path;

/** The disk between two measurements. */
final class Disk {

    private Disk() {
    }

    /** Waits until what earlier work left is written, so that it is not paid for by the next measurement. */
    static void settle(Path directory) throws IOException, InterruptedException {
        Process sync = new ProcessBuilder("sync", "-f", directory.toString()).inheritIO().start();
        if (sync.waitFor() != 0) {
            throw new IOException("sync -f " + directory + " ended with " + sync.exitValue());
        }
    }
}
