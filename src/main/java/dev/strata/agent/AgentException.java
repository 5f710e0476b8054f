package dev.strata.agent;

import org.jspecify.annotations.Nullable;

/** What ends a build with a message and an exit code. */
class AgentException extends RuntimeException {

    /** What went wrong, as scripts see it. */
    enum Outcome {
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

        int exitCode() {
            return exitCode;
        }
    }

    private final Outcome outcome;

    AgentException(Outcome outcome, String message) {
        this(outcome, message, null);
    }

    AgentException(Outcome outcome, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.outcome = outcome;
    }

    Outcome outcome() {
        return outcome;
    }

    int exitCode() {
        return outcome.exitCode();
    }

    /** Whether the builder alone, with the user's own Dockerfile, may succeed where this happened. */
    boolean mayBuilderSucceed() {
        return outcome != Outcome.INTERRUPTED;
    }
}
