package dev.strata.access.robots;

import dev.strata.access.accounts.Passwords;
import dev.strata.access.people.People;
import dev.strata.access.callers.Caller;
import dev.strata.access.callers.Caller.Kind;
import dev.strata.access.callers.KnownCallers;
import dev.strata.access.callers.Proven;
import java.util.Optional;

/** Those whom this registry keeps, with what belongs to them. */
final class KeptCallers implements KnownCallers {

    private final Passwords accounts;
    private final People people;
    private final Robots robots;

    KeptCallers(Passwords accounts, People people, Robots robots) {
        this.accounts = accounts;
        this.people = people;
        this.robots = robots;
    }

    @Override
    public Optional<Caller> find(Kind kind, String name) {
        return switch (kind) {
            case ACCOUNT -> accounts.find(name).map(Proven::caller);
            case PERSON -> people.find(name).map(Proven::caller);
            case ROBOT -> robots.known(name);
            case ANYBODY, ANONYMOUS, WORKLOAD, CERTIFICATE, DIRECTORY -> Optional.empty();
        };
    }
}
