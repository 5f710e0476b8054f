package dev.strata.agent.cache;

/** The cache does not answer, or not as it should; a build goes on without it. */
public final class CacheAwayException extends Exception {

    CacheAwayException(String message) {
        super(message, null, false, false);
    }
}
