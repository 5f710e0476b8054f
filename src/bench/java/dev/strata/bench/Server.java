package dev.strata.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A kind of server that is measured. */
sealed interface Server permits Strata, Distribution, Zot, Nginx, WithLogin {

    /** The name of its column. */
    String name();

    /** What exactly is measured: a version, or the command. */
    String description() throws IOException, InterruptedException;

    /** Whether it speaks the registry's protocol, or only serves files. */
    boolean isRegistry();

    /** Writes what it needs into an empty directory and says how to start it there on a loopback port. */
    Launch prepare(Path directory, int port) throws IOException;

    /** A command, and what is added to its environment. */
    record Launch(List<String> command, Map<String, String> environment) {
    }
}
