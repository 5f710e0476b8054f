package dev.strata.agent;

/** A step of which not all is known that its result depends on; it is built, and neither asked for nor stored. */
final class NotCachedException extends Exception {

    NotCachedException(String reason) {
        super(reason, null, false, false);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
