package dev.strata.access.accounts;

import dev.strata.access.accounts.Accounts.Kept;
import dev.strata.access.callers.Caller.Kind;
import dev.strata.access.callers.Caller;
import dev.strata.access.callers.Proven;
import dev.strata.access.passwords.Bcrypt;
import dev.strata.access.passwords.Htpasswd;
import dev.strata.access.passwords.Secret;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Those who sign in with a name and a password: accounts, and whoever is in the file of passwords and has no account. */
public class Passwords {

    private static final int VERSION = 16;

    private final Accounts accounts;
    private final @Nullable Htpasswd file;
    private final Bcrypt bcrypt;

    Passwords(Accounts accounts, @Nullable Htpasswd file, Bcrypt bcrypt) {
        this.accounts = accounts;
        this.file = file;
        this.bcrypt = bcrypt;
    }

    /** A name and what is known of it. */
    private record Known(Caller caller, String hash) {

        /** Changes with the password: each has a salt of its own. */
        String version() {
            return HexFormat.of().formatHex(Secret.hash(hash), 0, VERSION);
        }
    }

    /**
     * Checks a password. That takes as long for a name that nobody has.
     *
     * @throws dev.strata.problem.RegistryException with CONTENDED, where too many are checked at once
     */
    public Optional<Proven> check(String name, String password) {
        Optional<Known> known = known(name);
        if (!bcrypt.matches(password, known.map(Known::hash)) || known.isEmpty()) {
            return Optional.empty();
        }
        return known.map(this::proven);
    }

    /** Somebody who showed something else that was given for a password, as they are now. */
    public Optional<Proven> find(String name) {
        return known(name).map(this::proven);
    }

    /** Who made something then, as they are now: an account that took the name later is somebody else's. */
    public Optional<Caller> maker(String name, Instant then) {
        Optional<Kept> kept = accounts.kept(name);
        return kept.isPresent()
                ? kept.filter(account -> !account.account().createdAt().isAfter(then)).map(account -> known(account).caller())
                : inFile(name).map(Known::caller);
    }

    /** Since when somebody has a name; there was never anybody else of those in the file. */
    public Instant since(String name) {
        return accounts.find(name).map(Account::createdAt).orElse(Instant.EPOCH);
    }

    /** What bcrypt makes of a password. */
    public String hash(String password) {
        return bcrypt.hash(password);
    }

    private Proven proven(Known known) {
        return new Proven(
                known.caller(),
                known.version(),
                () -> known(known.caller().name()).equals(Optional.of(known)));
    }

    private Optional<Known> known(String name) {
        if (name.isEmpty() || name.indexOf('\0') >= 0 || name.length() > 255) {
            return Optional.empty();
        }
        return accounts.kept(name).map(Passwords::known).or(() -> inFile(name));
    }

    private static Known known(Kept kept) {
        Set<String> groups = new HashSet<>(kept.account().groups());
        groups.remove(Caller.ADMINISTRATORS);
        if (kept.account().isAdministrator()) {
            groups.add(Caller.ADMINISTRATORS);
        }
        return new Known(caller(kept.account().name(), groups), kept.hash());
    }

    private Optional<Known> inFile(String name) {
        return file == null
                ? Optional.empty()
                : file.hash(name).map(hash -> new Known(caller(name, Set.of()), hash));
    }

    private static Caller caller(String name, Set<String> groups) {
        return new Caller(Kind.ACCOUNT, name, "", groups, Map.of(), Optional.empty(), Optional.empty());
    }
}
