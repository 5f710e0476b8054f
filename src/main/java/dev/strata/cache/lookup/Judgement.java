package dev.strata.cache.lookup;

import dev.strata.cache.CacheProperties;
import dev.strata.cache.ReadPolicy;
import dev.strata.cache.Scope;
import dev.strata.cache.Trust;
import dev.strata.cache.entries.EntriesElsewhere.Elsewhere;
import dev.strata.cache.entries.Entry;
import dev.strata.cache.entries.EntrySource;
import dev.strata.cache.entries.FoundEntry;
import dev.strata.cache.entries.MissReason;
import dev.strata.cache.leases.PendingVerifications;
import dev.strata.cache.lifecycle.DanglingEntries;
import dev.strata.cache.uses.Uses;
import dev.strata.oci.RepositoryName;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Decides which of a step's entries a caller may have. Correctness comes before hits. */
@Component
public class Judgement {

    /**
     * What was decided.
     *
     * @param row the entry that it is about
     * @param pending where it is a miss, an entry that will be served when it is verified, which is worth waiting for
     */
    public record Verdict(Lookup lookup, Optional<FoundEntry> row, Optional<FoundEntry> pending) {

        static Verdict hit(FoundEntry row) {
            return new Verdict(new Lookup.Hit(row.entry(), Optional.empty()), Optional.of(row), Optional.empty());
        }

        static Verdict hit(FoundEntry row, HitOrigin origin) {
            return new Verdict(new Lookup.Hit(row.entry(), Optional.of(origin)), Optional.of(row), Optional.empty());
        }

        static Verdict miss(FoundEntry row, MissReason reason) {
            return new Verdict(new Lookup.Miss(reason, Optional.of(row.entry())), Optional.of(row), Optional.empty());
        }

        /** Whose entry it is, where it is a hit of another repository's. */
        Optional<RepositoryName> origin() {
            return lookup instanceof Lookup.Hit hit ? hit.origin().map(HitOrigin::repository) : Optional.empty();
        }

        Verdict withPending(Optional<FoundEntry> entry) {
            return new Verdict(lookup, row, entry);
        }
    }

    static final Verdict NOTHING =
            new Verdict(new Lookup.Miss(MissReason.NEVER_SEEN, Optional.empty()), Optional.empty(), Optional.empty());

    private final DanglingEntries dangling;
    private final PendingVerifications verifications;
    private final Uses uses;
    private final CacheProperties properties;
    private final Clock clock;

    Judgement(
            DanglingEntries dangling,
            PendingVerifications verifications,
            Uses uses,
            CacheProperties properties,
            Clock clock) {
        this.dangling = dangling;
        this.verifications = verifications;
        this.uses = uses;
        this.properties = properties;
        this.clock = clock;
    }

    /** The first entry in the order of the scopes that may be served, or why the first of those that are there may not. */
    public Verdict judge(List<FoundEntry> found, ReadPolicy policy) {
        Instant now = clock.instant();
        Optional<Verdict> miss = Optional.empty();
        Optional<FoundEntry> pending = Optional.empty();
        for (Scope scope : policy.scopes()) {
            for (FoundEntry row : found) {
                if (row.entry().scope().equals(scope) && isVisible(row, policy)) {
                    Optional<MissReason> flaw = flaw(row, policy, now);
                    if (flaw.isEmpty()) {
                        return Verdict.hit(row);
                    }
                    miss = miss.or(() -> Optional.of(Verdict.miss(row, flaw.get())));
                    if (flaw.get() == MissReason.SCOPE_DENIED && verifications.left(row).isPresent()) {
                        pending = pending.or(() -> Optional.of(row));
                    }
                }
            }
        }
        return miss.orElse(NOTHING).withPending(pending);
    }

    /** The first of the entries of other repositories that may be served: only what is verified is taken from there. */
    Verdict judgeElsewhere(Stream<Elsewhere> found, ReadPolicy policy) {
        Instant now = clock.instant();
        Optional<FoundEntry> pending = Optional.empty();
        for (Elsewhere each : (Iterable<Elsewhere>) found::iterator) {
            FoundEntry row = each.row();
            if (isVisible(row, policy) && flawForEveryone(row, now).isEmpty() && !isTooOld(row.entry(), policy, now)) {
                if (row.entry().verified()) {
                    return Verdict.hit(row, new HitOrigin(each.repository(), false));
                }
                pending = pending.or(() -> Optional.of(row).filter(some -> verifications.left(some).isPresent()));
            }
        }
        return NOTHING.withPending(pending);
    }

    static boolean isVisible(FoundEntry row, ReadPolicy policy) {
        return row.entry().source() != EntrySource.HINT || policy.trust() == Trust.ANY;
    }

    private Optional<MissReason> flaw(FoundEntry row, ReadPolicy policy, Instant now) {
        Entry entry = row.entry();
        Optional<MissReason> flaw = flawForEveryone(row, now);
        if (flaw.isPresent()) {
            return flaw;
        }
        if (isTooOld(entry, policy, now)) {
            return Optional.of(MissReason.EXPIRED);
        }
        return properties.isProtected(entry.scope()) && !entry.verified()
                ? Optional.of(MissReason.SCOPE_DENIED)
                : Optional.empty();
    }

    /** Whether an entry is older than the caller takes. */
    boolean isTooOld(Entry entry, ReadPolicy policy) {
        return isTooOld(entry, policy, clock.instant());
    }

    private static boolean isTooOld(Entry entry, ReadPolicy policy, Instant now) {
        return policy.maxAge().filter(most -> entry.age(now).compareTo(most) > 0).isPresent();
    }

    /** Why an entry is as good as none, whoever asks. */
    private Optional<MissReason> flawForEveryone(FoundEntry row, Instant now) {
        return switch (row.state()) {
            case QUARANTINED -> Optional.of(MissReason.QUARANTINED);
            case EXPIRED -> Optional.of(MissReason.EXPIRED);
            case EVICTED -> Optional.of(MissReason.EVICTED);
            case INCOMPLETE -> Optional.of(MissReason.INCOMPLETE);
            case UNVERIFIED, VERIFIED -> {
                if (isExpired(row, now)) {
                    yield Optional.of(MissReason.EXPIRED);
                }
                if (dangling.isComplete(row)) {
                    yield Optional.empty();
                }
                dangling.found(row.id());
                yield Optional.of(MissReason.INCOMPLETE);
            }
        };
    }

    /** Uses are written some seconds late, so that a row which was not used for long may have been just now. */
    private boolean isExpired(FoundEntry row, Instant now) {
        return isTooOld(row.usedAt(), now)
                && uses.lastUse(row.id()).filter(used -> !isTooOld(used, now)).isEmpty();
    }

    private boolean isTooOld(Instant used, Instant now) {
        return used.plus(properties.ttl()).isBefore(now);
    }

    /** Whether an entry keeps others from being written in its place. */
    public boolean stands(FoundEntry row) {
        return flawForEveryone(row, clock.instant()).isEmpty();
    }
}
