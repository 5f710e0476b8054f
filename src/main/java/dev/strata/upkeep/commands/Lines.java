package dev.strata.upkeep.commands;

import java.io.PrintWriter;

/** What a command tells its caller, line by line, from any thread. */
public final class Lines {

    private final PrintWriter out;

    public Lines(PrintWriter out) {
        this.out = out;
    }

    /** @throws CallerGoneException where nobody reads it any more */
    public synchronized void say(String line) {
        out.println(line);
        if (out.checkError()) {
            throw new CallerGoneException();
        }
    }

    /** The caller was ended: a command that nobody waits for stops with what it has begun. */
    public static final class CallerGoneException extends RuntimeException {

        CallerGoneException() {
            super("whoever gave the command has ended");
        }
    }
}
