package dev.strata.agent;

import org.jspecify.annotations.Nullable;

/** What ends a build with a message and an exit code. */
public class AgentException extends RuntimeException {

    /** What went wrong, as scripts see it. */
    public enum Outcome {
        /** The builder could not carry out a step. */
        BUILD_FAILED(1),
        /** The command line, the Dockerfile or the context is wrong. */
        INVALID(2),
        /** A registry could not be reached, or refused. */
        REGISTRY(3),
        /** The user stopped it. */
        INTERRUPTED(130);

        private final int exitCode;

        Outcome(int exitCode) {
            this.exitCode = exitCode;
        }

        public int exitCode() {
            return exitCode;
        }
    }

    private final Outcome outcome;

    public AgentException(Outcome outcome, String message) {
        this(outcome, message, null);
    }

    public AgentException(Outcome outcome, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.outcome = outcome;
    }

    public Outcome outcome() {
        return outcome;
    }

    public int exitCode() {
        return outcome.exitCode();
    }

    /** Whether the builder alone, with the user's own Dockerfile, may succeed where this happened. */
    public boolean mayBuilderSucceed() {
        return outcome != Outcome.INTERRUPTED;
    }
}
