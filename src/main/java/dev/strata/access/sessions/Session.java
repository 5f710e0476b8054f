package dev.strata.access.sessions;

import dev.strata.access.callers.Caller;
import java.time.Instant;

/**
 * A login in a browser.
 *
 * @param caller who logged in, as they are now
 * @param endsAt when it ends, however much it is used
 */
public record Session(Caller caller, Instant endsAt) {}
