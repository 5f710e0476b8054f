package dev.strata.access.guesses;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.strata.access.ConditionalOnLogin;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Slows those down who guess: after some failures on an account, or from an address, each takes twice as long as the one
 * before it. What is remembered of a right password is not held up by that.
 *
 * <p>Many may have one address, and anybody may guess at an account. So where an account signed in from an address before,
 * only its own failures from there count, and not what others do from there or to it.
 *
 * <p>Secrets that are random, and tokens that are signed, are nobody's to guess: a good one is never held up, and bad ones
 * hold up nothing but bad ones.
 *
 * <p>Clients send the same wrong secret by POST and then by GET: that is one failure.
 */
@Component
@ConditionalOnLogin
public final class Throttle {

    static final int FREE_ON_ACCOUNT = 10;
    static final int FREE_FROM_ADDRESS = 50;

    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final Duration REMEMBERED = Duration.ofMinutes(15);
    private static final Duration TRUSTED = Duration.ofDays(30);
    private static final int MOST = 50_000;
    private static final int HALF_OF_IPV6 = 8;

    private final Clock clock;
    private final Cache<String, Failures> failures =
            Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(REMEMBERED).build();
    /** Accounts with the addresses from which they signed in. */
    private final Cache<String, Boolean> known =
            Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(TRUSTED).build();

    /** @param mayRepeat whether the same secret once more is the second half of one attempt */
    private record Failures(int count, Instant last, String secret, boolean mayRepeat) {}

    Throttle(Clock clock) {
        this.clock = clock;
    }

    /** @throws RegistryException with TOO_MANY_FAILURES, where no password may be tried now */
    public void require(String account, String address) {
        counters(account, address).forEach(this::require);
    }

    /** What is counted, and how many failures are free there. */
    private Map<String, Integer> counters(String account, String address) {
        String both = both(account, address);
        return known.getIfPresent(both) != null
                ? Map.of(both, FREE_ON_ACCOUNT)
                : Map.of("account " + account, FREE_ON_ACCOUNT, "address " + network(address), FREE_FROM_ADDRESS);
    }

    private void require(String counter, int free) {
        Failures present = failures.getIfPresent(counter);
        if (present == null || present.count() < free) {
            return;
        }
        Duration pause = Duration.ofSeconds(1L << Math.min(present.count() - free, 16));
        Instant end = present.last().plus(pause.compareTo(LONGEST) < 0 ? pause : LONGEST);
        Instant now = clock.instant();
        if (now.isBefore(end)) {
            throw new RegistryException(
                    Problem.TOO_MANY_FAILURES,
                    "too many wrong passwords; try again later",
                    Map.of("seconds", Duration.between(now, end).toSeconds() + 1));
        }
    }

    /** @param secret stands for what was shown */
    public void noteFailure(String account, String address, String secret) {
        counters(account, address).keySet().forEach(counter -> note(counter, secret));
    }

    /**
     * Something was wrong that nobody guesses.
     *
     * @param secret stands for it
     * @throws RegistryException with TOO_MANY_FAILURES
     */
    public void noteWrongSecret(String address, String secret) {
        requireFewWrong(address);
        note(secrets(address), secret);
    }

    /**
     * For what is looked at with more effort than it takes to send it.
     *
     * @throws RegistryException with TOO_MANY_FAILURES, where too much that came from there of late was wrong
     */
    public void requireFewWrong(String address) {
        require(secrets(address), FREE_FROM_ADDRESS);
    }

    private static String secrets(String address) {
        return "secrets " + network(address);
    }

    private void note(String counter, String secret) {
        Instant now = clock.instant();
        failures.asMap().compute(counter, (same, present) -> add(present, secret, now));
    }

    private static Failures add(@Nullable Failures present, String secret, Instant now) {
        if (present == null) {
            return new Failures(1, now, secret, true);
        }
        if (present.mayRepeat() && present.secret().equals(secret)) {
            return new Failures(present.count(), now, secret, false);
        }
        return new Failures(present.count() + 1, now, secret, true);
    }

    public void noteSuccess(String account, String address) {
        String both = both(account, address);
        failures.invalidate(known.getIfPresent(both) != null ? both : "account " + account);
        known.put(both, true);
    }

    private static String both(String account, String address) {
        return "account " + account + " from " + network(address);
    }

    /** One customer has a whole half of IPv6's addresses. */
    private static String network(String text) {
        try {
            InetAddress address = InetAddress.ofLiteral(text);
            return address instanceof Inet6Address
                    ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), HALF_OF_IPV6))
                    : text;
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
