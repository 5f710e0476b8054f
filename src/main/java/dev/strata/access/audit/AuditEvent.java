package dev.strata.access.audit;

import dev.strata.access.callers.Caller;
import java.time.Instant;
import java.util.Map;

/**
 * What somebody did, for the audit log. Published as an event of the application; what is written by clients may hold
 * any characters.
 *
 * @param at when
 * @param what they did
 * @param caller who it was
 * @param address from where; empty where it was no request
 * @param subject what it was done to: a repository, an account, a robot
 * @param detail by name
 */
public record AuditEvent(Instant at, What what, Caller caller, String address, String subject, Map<String, String> detail) {

    /** What is worth keeping. */
    public enum What {
        /** Somebody signed in. What is remembered of a password for some minutes is not said again. */
        LOGIN,
        /** What somebody showed was not good. */
        LOGIN_FAILED,
        /** Somebody ended their session, or what a client kept for them. */
        LOGOUT,
        ACCOUNT_CREATED,
        ACCOUNT_CHANGED,
        ACCOUNT_DELETED,
        /** Somebody changed their own. */
        PASSWORD_CHANGED,
        ROBOT_CREATED,
        ROBOT_ROTATED,
        ROBOT_DELETED,
        TOKENS_REVOKED,
        /** What an issuer said of somebody is forgotten, and what was theirs ends. */
        PERSON_FORGOTTEN,
        /** Somebody asked for what they may not do. */
        REFUSED,
        PUSHED,
        /** A tag points at another manifest than before. */
        TAG_MOVED,
        DELETED,
        /** A deletion, or a tag's move, was taken back. */
        RESTORED,
        /** What could be taken back was given up. */
        BIN_EMPTIED,
        /** A rule of retention was written or removed. */
        RETENTION_CHANGED,
        /** What a plan of retention says is done. */
        RETENTION_RUN,
        /** A blob came from another repository instead of being sent. */
        MOUNTED,
        /** Entries of the layer cache were taken back. */
        CACHE_DELETED,
        GRANT_ADDED,
        GRANT_REMOVED,
        /** Whoever has the data directory gave a command there. */
        COMMAND
    }

    public AuditEvent {
        detail = Map.copyOf(detail);
    }
}
