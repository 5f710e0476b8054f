package dev.strata.access.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.access.accounts.Accounts;
import dev.strata.access.accounts.Passwords;
import dev.strata.access.callers.Caller.Kind;
import dev.strata.access.callers.Caller;
import dev.strata.access.callers.Proven;
import dev.strata.access.people.People;
import dev.strata.access.rights.Action;
import dev.strata.access.robots.NewRobot;
import dev.strata.access.robots.Robots;
import dev.strata.database.entities.EntityTransaction;
import dev.strata.testing.MovableClock;
import dev.strata.testing.RegistryTest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.test.context.TestPropertySource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What clients keep in the place of a password, for how long, and how many. */
@RegistryTest
@TestPropertySource(properties = "strata.access.login=true")
class RefreshTokensTest {

    @Autowired
    RefreshTokens tokens;

    @Autowired
    Accounts accounts;

    @Autowired
    Passwords passwords;

    @Autowired
    People people;

    @Autowired
    Robots robots;

    @Autowired
    RefreshTokenRows rows;

    private TransactionTemplate transactions = new TransactionTemplate();

    @Autowired
    void setTransactions(@Qualifier(EntityTransaction.MANAGER) PlatformTransactionManager manager) {
        transactions = new TransactionTemplate(manager);
    }

    @BeforeEach
    void createAdministrator() {
        if (accounts.find("keeper").isEmpty()) {
            accounts.create("keeper", "hash", true, Set.of());
        }
    }

    private int hashes;

    private Proven person(String name) {
        accounts.create(name, "hash " + ++hashes, false, Set.of());
        return passwords.find(name).orElseThrow();
    }

    @Test
    void aTokenIsItsOwnersUntilItIsRevoked() {
        Proven kim = person("kim");
        String token = tokens.issue(kim).orElseThrow();
        assertThat(tokens.check(token).orElseThrow().caller()).isEqualTo(kim.caller());
        assertThat(tokens.check(token + "x")).isEmpty();
        assertThat(tokens.revoke(Kind.ACCOUNT, "kim")).isEqualTo(1);
        assertThat(tokens.check(token)).isEmpty();
    }

    @Test
    void aTokenIsNotThatOfAnotherAccountOfTheName() {
        String token = tokens.issue(person("lee")).orElseThrow();
        accounts.delete("lee");
        assertThat(tokens.check(token)).isEmpty();
        person("lee");
        assertThat(tokens.check(token)).isEmpty();
    }

    @Test
    void aTokenIsVoidWhenThePasswordChangesAndNotWhenTheGroupsDo() {
        String token = tokens.issue(person("mel")).orElseThrow();
        accounts.change("mel", Optional.empty(), Optional.empty(), Optional.of(Set.of("web")));
        assertThat(tokens.check(token).orElseThrow().caller().groups()).containsExactly("web");
        accounts.change("mel", Optional.of("another hash"), Optional.empty(), Optional.empty());
        assertThat(tokens.check(token)).isEmpty();
    }

    @Test
    void anOwnerHasABoundedNumberOfThem() {
        Proven max = person("max");
        String first = tokens.issue(max).orElseThrow();
        String second = tokens.issue(max).orElseThrow();
        for (int i = 0; i < RefreshTokens.MOST - 1; i++) {
            tokens.issue(max);
        }
        assertThat(tokens.check(first)).isEmpty();
        assertThat(tokens.check(second)).isPresent();
    }

    @Test
    void aRobotsTokenEndsWithItsSecret() {
        Proven maker = person("ned");
        NewRobot wish = new NewRobot(
                "neds", maker.caller(), List.of("team/**"), Set.of(Action.PULL), List.of(), Optional.empty());
        String secret = robots.create(wish).secret();
        String token = tokens.issue(robots.check(secret).orElseThrow()).orElseThrow();
        robots.rotate("neds", Duration.ofHours(1));
        assertThat(tokens.check(token)).as("while the overlap lasts").isPresent();
        robots.rotate("neds", Duration.ZERO);
        assertThat(tokens.check(token)).isEmpty();
    }

    @Test
    void aRobotIsGoneWithItsMaker() {
        Proven maker = person("oli");
        String secret = robots.create(new NewRobot(
                        "olis", maker.caller(), List.of("team/**"), Set.of(Action.PULL), List.of(), Optional.empty()))
                .secret();
        assertThat(robots.check(secret)).isPresent();
        accounts.delete("oli");
        assertThat(robots.check(secret)).isEmpty();
    }

    @Test
    void whatIsOverIsDeleted() {
        MovableClock later = new MovableClock();
        later.moveOn(RefreshTokens.LIFETIME.plusDays(1));
        String token = tokens.issue(person("pat")).orElseThrow();
        RefreshTokens then = new RefreshTokens(rows, passwords, people, robots, later, new Random(2));
        assertThat(then.check(token)).isEmpty();
        assertThat(then.haveExpired()).isTrue();
        transactions.executeWithoutResult(status -> then.deleteExpired());
        assertThat(tokens.check(token)).isEmpty();
    }

    @Test
    void howeverManyAreOverAllAreDeleted() {
        Proven owner = person("quin");
        Instant longAgo = Instant.now().minus(Duration.ofDays(100)).truncatedTo(ChronoUnit.MICROS);
        transactions.executeWithoutResult(status -> IntStream.range(0, 450).forEach(number -> rows.save(
                new RefreshTokenRow(DigestUtils.sha256("quin " + number), owner, longAgo, longAgo.plusSeconds(1)))));
        new RefreshTokenExpiry(tokens).run();
        assertThat(tokens.haveExpired()).isFalse();
        assertThat(rows.findByHash(DigestUtils.sha256("quin 449"))).isEmpty();
    }

    @Test
    void whoeverHasNothingHereGetsNone() {
        assertThat(tokens.issue(new Proven(Caller.of(Kind.CERTIFICATE, "CN=a"), "", () -> true))).isEmpty();
    }
}
