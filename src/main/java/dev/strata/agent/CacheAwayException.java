package dev.strata.agent;

/** The cache does not answer, or not as it should; a build goes on without it. */
final class CacheAwayException extends Exception {

    CacheAwayException(String message) {
        super(message, null, false, false);
    }
}
