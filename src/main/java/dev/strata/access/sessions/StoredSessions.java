package dev.strata.access.sessions;

import dev.strata.access.accounts.KeptOwner;
import dev.strata.access.accounts.Passwords;
import dev.strata.access.callers.Caller.Kind;
import dev.strata.access.callers.Caller;
import dev.strata.access.callers.Proven;
import dev.strata.access.people.People;
import dev.strata.database.entities.EntityTransaction;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;

/** Sessions as the database has them. Several processes may share them. */
@EntityTransaction
class StoredSessions {

    /** Of one owner; a login beyond them ends the oldest. */
    static final int MOST = 20;

    private static final int PIECE = 200;
    /** A use is written so many times in the time after which an unused one ends, at the most. */
    private static final int FINENESS = 20;

    private final SessionRows rows;
    private final Passwords accounts;
    private final People people;
    private final SessionProperties properties;
    private final Clock clock;

    StoredSessions(SessionRows rows, Passwords accounts, People people, SessionProperties properties, Clock clock) {
        this.rows = rows;
        this.accounts = accounts;
        this.people = people;
        this.properties = properties;
        this.clock = clock;
    }

    /** @param isStale whether its use has to be written */
    record Found(Session session, boolean isStale) {}

    Session start(byte[] hash, Proven owner) {
        Caller caller = owner.caller();
        rows.findByOwnerKindAndOwnerNameOrderByIdDesc(KeptOwner.code(caller.kind()), caller.name(), Limit.of(2 * MOST))
                .stream()
                .skip(MOST - 1L)
                .forEach(rows::delete);
        Instant now = now();
        SessionRow row = new SessionRow(hash, owner, now, now.plus(properties.sessionLifetime()));
        row.keepUntil(now.plus(properties.sessionIdle()));
        rows.save(row);
        return new Session(caller, row.endsAt());
    }

    @EntityTransaction(readOnly = true)
    Optional<Found> find(byte[] hash) {
        Instant now = now();
        return rows.findByHash(hash).filter(row -> !row.isOverAt(now)).flatMap(row -> find(row.owner())
                .filter(row.owner()::isStill)
                .map(owner -> new Found(new Session(owner.caller(), row.endsAt()), isStale(row, now))));
    }

    private boolean isStale(SessionRow row, Instant now) {
        Instant asWritten = row.expiresAt().plus(properties.sessionIdle().dividedBy(FINENESS));
        return row.expiresAt().isBefore(row.endsAt()) && now.plus(properties.sessionIdle()).isAfter(asWritten);
    }

    private Optional<Proven> find(KeptOwner owner) {
        return owner.kind() == Kind.PERSON ? people.find(owner.name()) : accounts.find(owner.name());
    }

    void noteUse(byte[] hash) {
        Instant until = now().plus(properties.sessionIdle());
        rows.findByHash(hash).filter(row -> row.expiresAt().isBefore(until)).ifPresent(row -> row.keepUntil(until));
    }

    void end(byte[] hash) {
        rows.findByHash(hash).ifPresent(rows::delete);
    }

    /** Ends some of those that somebody has, and says how many. */
    int endAll(Kind kind, String name) {
        List<SessionRow> all =
                rows.findByOwnerKindAndOwnerNameOrderByIdDesc(KeptOwner.code(kind), name, Limit.of(2 * MOST));
        all.forEach(rows::delete);
        return all.size();
    }

    @EntityTransaction(readOnly = true)
    boolean haveExpired() {
        return !expired(1).isEmpty();
    }

    /** Deletes some of those that are over. */
    void deleteExpired() {
        rows.deleteAllInBatch(expired(PIECE));
    }

    private List<SessionRow> expired(int limit) {
        return rows.findByExpiresAtBeforeOrderByExpiresAt(now(), Limit.of(limit));
    }

    /** As fine as both databases keep it. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
