package dev.strata.agent.context;

/** A step of which not all is known that its result depends on; it is built, and neither asked for nor stored. */
public final class NotCachedException extends Exception {

    public NotCachedException(String reason) {
        super(reason, null, false, false);
    }

    public String reason() {
        return String.valueOf(getMessage());
    }
}
