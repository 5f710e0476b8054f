package dev.strata.access.signin;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.strata.access.audit.AuditEvent.What;
import dev.strata.access.audit.AuditEvent;
import dev.strata.access.callers.Caller.Kind;
import dev.strata.access.callers.Caller;
import dev.strata.access.callers.Proven;
import dev.strata.access.accounts.Passwords;
import dev.strata.access.robots.RobotUses;
import dev.strata.access.robots.Robots;
import dev.strata.access.guesses.Throttle;
import dev.strata.access.oidc.Providers;
import dev.strata.access.workloads.Workloads;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Tells who has a name and a secret: a password, a robot's secret, or an issuer's token in the place of one.
 *
 * <p>What was right is remembered for five minutes, since bcrypt is slow on purpose; whether it is still right is asked
 * once a second. What was wrong is not remembered.
 */
class Authenticator {

    private static final Duration REMEMBERED = Duration.ofMinutes(5);
    private static final Duration TRUSTED = Duration.ofMillis(900);
    private static final int MOST = 10_000;
    private static final int LONGEST_NAME = 255;

    private final Passwords passwords;
    private final Robots robots;
    private final RobotUses uses;
    private final Workloads workloads;
    private final Providers providers;
    private final Throttle throttle;
    private final KeyedHash hash;
    private final Clock clock;
    private final ApplicationEventPublisher events;
    private final Cache<String, Remembered> remembered =
            Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(REMEMBERED).build();

    /** Replaced as a whole; what is in it was true at a time. */
    private static final class Remembered {

        private final Proven proven;
        private volatile Instant checkedAt;

        Remembered(Proven proven, Instant checkedAt) {
            this.proven = proven;
            this.checkedAt = checkedAt;
        }
    }

    Authenticator(
            Passwords passwords,
            Robots robots,
            RobotUses uses,
            Workloads workloads,
            Providers providers,
            Throttle throttle,
            KeyedHash hash,
            Clock clock,
            ApplicationEventPublisher events) {
        this.passwords = passwords;
        this.robots = robots;
        this.uses = uses;
        this.workloads = workloads;
        this.providers = providers;
        this.throttle = throttle;
        this.hash = hash;
        this.clock = clock;
        this.events = events;
    }

    /**
     * Says who this is; absent where the secret is wrong.
     *
     * @param address from where the request came
     * @throws dev.strata.problem.RegistryException with TOO_MANY_FAILURES, and CONTENDED
     */
    Optional<Proven> check(String name, String secret, String address) {
        String key = hash.of(name, secret);
        Optional<Proven> known = recall(key, secret);
        return known.isPresent() ? known : checkAnew(key, name, secret, address);
    }

    /** The same as things are now: what was good a moment ago is not trusted. */
    Optional<Proven> checkNow(String name, String secret, String address) {
        Optional<Proven> known = check(name, secret, address);
        if (known.isEmpty() || known.get().stillHolds().getAsBoolean()) {
            return known;
        }
        String key = hash.of(name, secret);
        remembered.invalidate(key);
        return checkAnew(key, name, secret, address);
    }

    /** The same for somebody who begins something with it: that is told of each time. */
    Optional<Proven> logIn(String name, String password, String address) {
        String key = hash.of(name, password);
        Optional<Proven> known = recall(key, password);
        known.ifPresent(proven -> tell(What.LOGIN, proven.caller(), address, proven.caller().name()));
        return known.isPresent() ? known : checkAnew(key, name, password, address);
    }

    /** Says who logged in at an issuer with the command line, by the token that they got there. */
    Optional<Proven> logInByToken(String token, String address) {
        Optional<Proven> found = providers.check(token);
        if (found.isEmpty()) {
            throttle.noteWrongSecret(address, hash.of("", token));
            tell(What.LOGIN_FAILED, Caller.ANONYMOUS, address, "");
            return found;
        }
        tell(What.LOGIN, found.get().caller(), address, found.get().caller().name());
        return found;
    }

    /** Whether a text is meant for {@link #logInByToken}, good or not. */
    boolean isOfAPerson(String token) {
        return providers.concern(token);
    }

    private Optional<Proven> checkAnew(String key, String name, String secret, String address) {
        return isSecret(secret) ? bySecret(key, secret, address) : byPassword(key, name, secret, address);
    }

    /** Nobody guesses these, and looking at one is quick: those that are good wait for nothing. */
    private Optional<Proven> bySecret(String key, String secret, String address) {
        Optional<Proven> found = robots.isSecret(secret) ? robots.check(secret) : workloads.check(secret);
        if (found.isEmpty()) {
            throttle.noteWrongSecret(address, key);
            tell(What.LOGIN_FAILED, Caller.ANONYMOUS, address, "");
        }
        return found.map(proven -> remember(key, proven, address));
    }

    private Optional<Proven> byPassword(String key, String name, String password, String address) {
        String account = name.substring(0, Math.min(name.length(), LONGEST_NAME));
        throttle.require(account, address);
        Optional<Proven> found = passwords.check(name, password);
        if (found.isEmpty()) {
            throttle.noteFailure(account, address, key);
            tell(What.LOGIN_FAILED, Caller.ANONYMOUS, address, account);
            return found;
        }
        throttle.noteSuccess(account, address);
        return Optional.of(remember(key, found.get(), address));
    }

    private Proven remember(String key, Proven proven, String address) {
        remembered.put(key, new Remembered(proven, clock.instant()));
        Caller caller = proven.caller();
        tell(What.LOGIN, caller, address, caller.name());
        if (caller.kind() == Kind.ROBOT) {
            uses.note(caller.name(), address);
        }
        return proven;
    }

    /** Whether a text can be told from a password. */
    boolean isSecret(String text) {
        return robots.isSecret(text) || workloads.isToken(text);
    }

    private Optional<Proven> recall(String key, String secret) {
        Remembered known = remembered.getIfPresent(key);
        if (known == null) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        if (Duration.between(known.checkedAt, now).abs().compareTo(TRUSTED) < 0) {
            return Optional.of(known.proven);
        }
        if (known.proven.caller().kind() == Kind.ROBOT) {
            // Looked up anew: that is quick, and what its maker may do can have changed.
            Optional<Proven> again = robots.check(secret);
            again.ifPresentOrElse(
                    proven -> remembered.put(key, new Remembered(proven, now)), () -> remembered.invalidate(key));
            return again;
        }
        if (known.proven.stillHolds().getAsBoolean()) {
            known.checkedAt = now;
            return Optional.of(known.proven);
        }
        remembered.invalidate(key);
        return Optional.empty();
    }

    private void tell(What what, Caller caller, String address, String subject) {
        events.publishEvent(new AuditEvent(clock.instant(), what, caller, address, subject, Map.of()));
    }
}
