package dev.strata.upkeep.commands;

import java.util.concurrent.Callable;

/** A command that works on the registry itself. Each is a bean; the program finds them by the names of their commands. */
public interface DirectoryOperation {

    /**
     * The command for one run: a picocli command, whose result is the exit code. Paths among its parameters are made absolute
     * as the caller meant them.
     *
     * @param lines what it tells the caller
     */
    Callable<Integer> command(Lines lines);
}
