package dev.strata.access.rights;

/** What was written as a grant or another rule of the policy is none. The message says what is wrong. */
public class InvalidGrantException extends RuntimeException {

    public InvalidGrantException(String message) {
        super(message);
    }

    public InvalidGrantException(String message, Throwable cause) {
        super(message, cause);
    }
}
