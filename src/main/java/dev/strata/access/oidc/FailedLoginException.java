package dev.strata.access.oidc;

import org.jspecify.annotations.Nullable;

/** A login at an issuer came to nothing. The message is for the log; the person is told the reason only. */
final class FailedLoginException extends Exception {

    /** What the page can say of it. */
    enum Reason {
        /** The issuer or the person said no, or what came is not good. */
        REFUSED,
        /** It took too long, or it was begun elsewhere. */
        EXPIRED,
        /** Too many from there came to nothing of late. */
        TOO_MANY,
        /** The issuer does not answer, or not as it should. */
        UNAVAILABLE
    }

    private final Reason reason;

    FailedLoginException(Reason reason, String message) {
        this(reason, message, null);
    }

    FailedLoginException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }
}
