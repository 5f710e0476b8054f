package dev.strata.access.refresh;

import dev.strata.access.accounts.KeptOwner;
import dev.strata.access.accounts.Passwords;
import dev.strata.access.callers.Caller.Kind;
import dev.strata.access.callers.Caller;
import dev.strata.access.callers.Proven;
import dev.strata.access.passwords.Secret;
import dev.strata.access.people.People;
import dev.strata.access.robots.Robots;
import dev.strata.database.entities.EntityTransaction;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.springframework.data.domain.Limit;

/**
 * What docker keeps in the place of a password. Each is good until its owner's password or secret changes, it is revoked,
 * or it is 90 days old.
 */
@EntityTransaction
public class RefreshTokens {

    static final Duration LIFETIME = Duration.ofDays(90);
    /** Of one owner; a login beyond them ends the oldest. */
    static final int MOST = 50;

    private static final int PIECE = 200;
    private static final Set<Kind> OWNERS = Set.of(Kind.ACCOUNT, Kind.PERSON, Kind.ROBOT);

    private final RefreshTokenRows rows;
    private final Passwords accounts;
    private final People people;
    private final Robots robots;
    private final Clock clock;
    private final RandomGenerator random;

    /** @param random that nobody can guess */
    RefreshTokens(
            RefreshTokenRows rows,
            Passwords accounts,
            People people,
            Robots robots,
            Clock clock,
            RandomGenerator random) {
        this.rows = rows;
        this.accounts = accounts;
        this.people = people;
        this.robots = robots;
        this.clock = clock;
        this.random = random;
    }

    /** A token for an account, a person or a robot; absent for all others, who have nothing here that it could stand for. */
    public Optional<String> issue(Proven owner) {
        Caller caller = owner.caller();
        if (!OWNERS.contains(caller.kind())) {
            return Optional.empty();
        }
        of(caller.kind(), caller.name()).stream().skip(MOST - 1L).forEach(rows::delete);
        String token = Secret.REFRESH.create(random);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        rows.save(new RefreshTokenRow(Secret.hash(token), owner, now, now.plus(LIFETIME)));
        return Optional.of(token);
    }

    /** Whose token this is, as they are now. */
    @EntityTransaction(readOnly = true)
    public Optional<Proven> check(String token) {
        if (!Secret.REFRESH.is(token)) {
            return Optional.empty();
        }
        return rows.findByHash(Secret.hash(token))
                .filter(row -> !row.isOverAt(clock.instant()))
                .flatMap(this::owner);
    }

    private Optional<Proven> owner(RefreshTokenRow row) {
        KeptOwner owner = row.owner();
        return switch (owner.kind()) {
            case ROBOT -> robots.present(owner.name(), owner.version());
            case PERSON -> people.find(owner.name()).filter(owner::isStill);
            default -> accounts.find(owner.name()).filter(owner::isStill);
        };
    }

    /** Ends one, as its owner wants it; nothing happens where there is none. */
    public void end(String token) {
        if (Secret.REFRESH.is(token)) {
            rows.findByHash(Secret.hash(token)).ifPresent(rows::delete);
        }
    }

    /** Ends all that somebody has, and says how many. */
    public int revoke(Kind kind, String name) {
        List<RefreshTokenRow> all = of(kind, name);
        all.forEach(rows::delete);
        return all.size();
    }

    private List<RefreshTokenRow> of(Kind kind, String name) {
        return rows.findByOwnerKindAndOwnerNameOrderByCreatedAtDesc(KeptOwner.code(kind), name, Limit.of(2 * MOST));
    }

    @EntityTransaction(readOnly = true)
    boolean haveExpired() {
        return !expired(1).isEmpty();
    }

    /** Deletes some of those that are over. */
    void deleteExpired() {
        rows.deleteAllInBatch(expired(PIECE));
    }

    private List<RefreshTokenRow> expired(int limit) {
        return rows.findByExpiresAtBeforeOrderByExpiresAt(clock.instant(), Limit.of(limit));
    }
}
