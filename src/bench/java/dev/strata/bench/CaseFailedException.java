package dev.strata.bench;

/** A server answered something else than the case needs, or did not answer in time; the report shows the message. */
final class CaseFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CaseFailedException(String message) {
        super(message);
    }

    CaseFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
