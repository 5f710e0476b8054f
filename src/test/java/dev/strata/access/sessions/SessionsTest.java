package dev.strata.access.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.access.accounts.Accounts;
import dev.strata.access.accounts.Passwords;
import dev.strata.access.callers.Proven;
import dev.strata.access.people.People;
import dev.strata.database.entities.EntityTransaction;
import dev.strata.testing.MovableClock;
import dev.strata.testing.RegistryTest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.data.domain.Limit;
import org.springframework.test.context.TestPropertySource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** How long a login in a browser lasts, and how many there may be. */
@RegistryTest
@TestPropertySource(properties = "strata.access.login=true")
class SessionsTest {

    private static final Duration IDLE = Duration.ofHours(2);
    private static final Duration LIFETIME = Duration.ofHours(12);

    private final MovableClock clock = new MovableClock();

    @Autowired
    SessionRows rows;

    @Autowired
    Sessions kept;

    @Autowired
    Accounts accounts;

    @Autowired
    Passwords passwords;

    @Autowired
    People people;

    private TransactionTemplate transactions = new TransactionTemplate();
    private int names;
    private Optional<StoredSessions> sessions = Optional.empty();

    @Autowired
    void setTransactions(@Qualifier(EntityTransaction.MANAGER) PlatformTransactionManager manager) {
        transactions = new TransactionTemplate(manager);
    }

    @BeforeEach
    void begin() {
        if (accounts.find("keeper").isEmpty()) { // which every registry of these tests has
            accounts.create("keeper", "hash", true, Set.of());
        }
        sessions = Optional.of(
                new StoredSessions(rows, passwords, people, new SessionProperties(IDLE, LIFETIME), clock));
    }

    private StoredSessions sessions() {
        return sessions.orElseThrow();
    }

    private Proven somebody() {
        String name = "browser-" + getClass().getSimpleName() + System.nanoTime();
        accounts.create(name, "hash " + ++names, false, Set.of());
        return passwords.find(name).orElseThrow();
    }

    private byte[] start(Proven owner) {
        byte[] hash = DigestUtils.sha256(owner.caller().name() + ++names);
        transactions.executeWithoutResult(status -> sessions().start(hash, owner));
        return hash;
    }

    private boolean isGood(byte[] hash) {
        return Boolean.TRUE.equals(transactions.execute(status -> sessions().find(hash).isPresent()));
    }

    private boolean isStale(byte[] hash) {
        return Boolean.TRUE.equals(transactions.execute(status -> sessions().find(hash).orElseThrow().isStale()));
    }

    private void use(byte[] hash) {
        transactions.executeWithoutResult(status -> sessions().noteUse(hash));
    }

    @Test
    void whatIsNotUsedEnds() {
        byte[] session = start(somebody());
        clock.moveOn(IDLE.minusMinutes(1));
        assertThat(isGood(session)).isTrue();
        clock.moveOn(Duration.ofMinutes(2));
        assertThat(isGood(session)).isFalse();
    }

    @Test
    void whatIsUsedLivesOnAndNotBeyondItsEnd() {
        byte[] session = start(somebody());
        for (int hours = 1; hours < LIFETIME.toHours(); hours++) {
            clock.moveOn(Duration.ofHours(1));
            assertThat(isGood(session)).as("after %s hours", hours).isTrue();
            use(session);
        }
        clock.moveOn(Duration.ofMinutes(61));
        assertThat(isGood(session)).isFalse();
    }

    @Test
    void aUseIsWrittenNowAndThen() {
        byte[] session = start(somebody());
        assertThat(isStale(session)).isFalse();
        clock.moveOn(Duration.ofMinutes(5));
        assertThat(isStale(session)).isFalse();
        clock.moveOn(Duration.ofMinutes(5));
        assertThat(isStale(session)).isTrue();
        use(session);
        assertThat(isStale(session)).isFalse();
    }

    @Test
    void itsOwnerHasABoundedNumberOfThem() {
        Proven owner = somebody();
        byte[] first = start(owner);
        byte[] second = start(owner);
        for (int i = 0; i < StoredSessions.MOST - 1; i++) {
            start(owner);
        }
        assertThat(isGood(first)).isFalse();
        assertThat(isGood(second)).isTrue();
    }

    @Test
    void itIsNotThatOfAnotherAccountOfTheName() {
        Proven owner = somebody();
        byte[] session = start(owner);
        accounts.delete(owner.caller().name());
        assertThat(isGood(session)).isFalse();
        accounts.create(owner.caller().name(), "another hash", false, Set.of());
        assertThat(isGood(session)).isFalse();
    }

    @Test
    void howeverManyAreOverAllAreDeleted() {
        Proven owner = somebody();
        Instant longAgo = Instant.now().minus(Duration.ofDays(1)).truncatedTo(ChronoUnit.MICROS);
        transactions.executeWithoutResult(status -> IntStream.range(0, 450).forEach(number -> rows.save(new SessionRow(
                DigestUtils.sha256(owner.caller().name() + " old " + number), owner, longAgo, longAgo.plusSeconds(1)))));
        kept.deleteExpired();
        assertThat(rows.findByExpiresAtBeforeOrderByExpiresAt(Instant.now(), Limit.of(1))).isEmpty();
    }

    @Test
    void whatIsOverIsDeleted() {
        byte[] session = start(somebody());
        assertThat(sessions().haveExpired()).isFalse();
        clock.moveOn(LIFETIME);
        assertThat(sessions().haveExpired()).isTrue();
        transactions.executeWithoutResult(status -> sessions().deleteExpired());
        assertThat(rows.findByHash(session)).isEmpty();
        assertThat(sessions().haveExpired()).isFalse();
    }
}
