package dev.strata.agent.login;

import org.jspecify.annotations.Nullable;

/** What should say how to log in cannot be read, asked or written. The message is for the user, and has no secret. */
public final class LoginException extends RuntimeException {

    LoginException(String message) {
        this(message, null);
    }

    LoginException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
