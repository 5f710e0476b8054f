package dev.strata.agent.process;

import dev.strata.agent.AgentException;

/** A program that was run to build something ended with an error. */
public final class ProgramFailedException extends AgentException {

    private final String ending;
    private final int exitCode;
    private final boolean commandFailed;

    private ProgramFailedException(String ending, String reason, int exitCode, boolean commandFailed) {
        super(Outcome.BUILD_FAILED, ending + reason);
        this.ending = ending;
        this.exitCode = exitCode;
        this.commandFailed = commandFailed;
    }

    public ProgramFailedException(String program, int exitCode) {
        this(program + " ended with exit code " + exitCode, "", exitCode, false);
    }

    /** The same with what the program said of it: a command of the Dockerfile failed, and would fail again. */
    public ProgramFailedException because(String line) {
        return new ProgramFailedException(ending, ": " + line, exitCode, true);
    }

    /** The same with what the program said last; with another Dockerfile it may succeed. */
    ProgramFailedException saying(String line) {
        return new ProgramFailedException(ending, ": " + line, exitCode, false);
    }

    /** That of the program. */
    @Override
    public int exitCode() {
        return exitCode;
    }

    @Override
    public boolean mayBuilderSucceed() {
        return !commandFailed;
    }
}
