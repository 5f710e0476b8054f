package dev.strata.access.signin;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
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

/**
 * Slows those down who guess: after some failures on an account, or from an address, each takes twice as long as the one
 * before it. What is remembered of a right password is not held up by that.
 *
 * <p>Clients send the same wrong secret by POST and then by GET: that is one failure.
 */
final class Throttle {

    static final int FREE_ON_ACCOUNT = 10;
    static final int FREE_FROM_ADDRESS = 50;

    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final Duration REMEMBERED = Duration.ofMinutes(15);
    private static final int MOST = 50_000;
    private static final int HALF_OF_IPV6 = 8;

    private final Clock clock;
    private final Cache<String, Failures> failures =
            Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(REMEMBERED).build();

    /** @param mayRepeat whether the same secret once more is the second half of one attempt */
    private record Failures(int count, Instant last, String secret, boolean mayRepeat) {}

    Throttle(Clock clock) {
        this.clock = clock;
    }

    /**
     * @param account that a password is for; empty where it is no password
     * @throws RegistryException with TOO_MANY_FAILURES
     */
    void require(String account, String address) {
        if (!account.isEmpty()) {
            require(account(account), FREE_ON_ACCOUNT);
        }
        require(address(address), FREE_FROM_ADDRESS);
    }

    private void require(String key, int free) {
        Failures known = failures.getIfPresent(key);
        if (known == null || known.count() < free) {
            return;
        }
        Duration pause = Duration.ofSeconds(1L << Math.min(known.count() - free, 16));
        Instant end = known.last().plus(pause.compareTo(LONGEST) < 0 ? pause : LONGEST);
        Instant now = clock.instant();
        if (now.isBefore(end)) {
            throw new RegistryException(
                    Problem.TOO_MANY_FAILURES,
                    "too many wrong passwords; try again later",
                    Map.of("seconds", Duration.between(now, end).toSeconds() + 1));
        }
    }

    /** @param secret stands for what was shown */
    void noteFailure(String account, String address, String secret) {
        if (!account.isEmpty()) {
            note(account(account), secret);
        }
        note(address(address), secret);
    }

    private void note(String key, String secret) {
        Instant now = clock.instant();
        failures.asMap().compute(key, (same, known) -> add(known, secret, now));
    }

    private static Failures add(@Nullable Failures known, String secret, Instant now) {
        if (known == null) {
            return new Failures(1, now, secret, true);
        }
        if (known.mayRepeat() && known.secret().equals(secret)) {
            return new Failures(known.count(), now, secret, false);
        }
        return new Failures(known.count() + 1, now, secret, true);
    }

    void noteSuccess(String account) {
        failures.invalidate(account(account));
    }

    private static String account(String name) {
        return "account " + name;
    }

    /** One customer has a whole half of IPv6's addresses. */
    private static String address(String text) {
        try {
            InetAddress address = InetAddress.ofLiteral(text);
            return "address "
                    + (address instanceof Inet6Address
                            ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), HALF_OF_IPV6))
                            : text);
        } catch (IllegalArgumentException e) {
            return "address " + text;
        }
    }
}
