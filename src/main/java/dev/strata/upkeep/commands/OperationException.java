package dev.strata.upkeep.commands;

import org.jspecify.annotations.Nullable;

/** Why a command cannot be carried out, in words for whoever gave it. */
public final class OperationException extends RuntimeException {

    public OperationException(String message) {
        this(message, null);
    }

    public OperationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
