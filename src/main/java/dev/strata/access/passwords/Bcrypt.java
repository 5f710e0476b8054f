package dev.strata.access.passwords;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.security.crypto.bcrypt.BCrypt;

/** Slow on purpose, so only so many of them run at once, and the others wait for a while. */
public class Bcrypt {

    private static final Pattern HASH = Pattern.compile("\\$2[aby]\\$(\\d\\d)\\$[./0-9A-Za-z]{53}");
    private static final int COST = 10;
    /** Each of them keeps one of the server's threads. */
    private static final int MOST_WAITING = 64;
    /** Half a minute of work. */
    private static final int HIGHEST_COST = 16;

    private final Semaphore running;
    private final Duration patience;
    /** Of a password that nobody has, at the highest cost that is in use. */
    private volatile String nobodys = BCrypt.hashpw("nobody's password", BCrypt.gensalt(COST));

    /**
     * @param concurrent how many run at once
     * @param patience how long one waits for its turn
     */
    public Bcrypt(int concurrent, Duration patience) {
        this.running = new Semaphore(concurrent, true);
        this.patience = patience;
    }

    /** Whether a text is a hash that can be compared with in bearable time. */
    static boolean isHash(String text) {
        Matcher hash = HASH.matcher(text);
        return hash.matches() && Integer.parseInt(hash.group(1)) <= HIGHEST_COST && Integer.parseInt(hash.group(1)) >= 4;
    }

    public String hash(String password) {
        return run(() -> BCrypt.hashpw(password, BCrypt.gensalt(COST)));
    }

    /**
     * Compares a password with a hash. Without one, and where the hash is one of the cheaper ones, as much time passes
     * as for a wrong password of another user.
     */
    public boolean matches(String password, Optional<String> hash) {
        return run(() -> {
            boolean matches = hash.isPresent() && compare(password, hash.get());
            if (!matches && (hash.isEmpty() || cost(hash.get()) < cost(nobodys))) {
                compare(password, nobodys);
            }
            return matches;
        });
    }

    boolean compare(String password, String hash) {
        return BCrypt.checkpw(password, hash);
    }

    /** From now on, what is compared with nothing takes as long as what is compared with this one. */
    void imitate(String hash) {
        if (cost(hash) > cost(nobodys)) {
            nobodys = hash.substring(0, 7) + BCrypt.hashpw("nobody's", BCrypt.gensalt(4)).substring(7);
        }
    }

    private static int cost(String hash) {
        return Integer.parseInt(hash.substring(4, 6));
    }

    private interface Task<T> {
        T run();
    }

    private <T> T run(Task<T> task) {
        try {
            if (running.getQueueLength() >= MOST_WAITING || !running.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw busy();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy();
        }
        try {
            return task.run();
        } finally {
            running.release();
        }
    }

    private static RegistryException busy() {
        return new RegistryException(Problem.CONTENDED, "too many people sign in at once", Map.of());
    }
}
