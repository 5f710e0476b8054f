package dev.strata.access.robots;

import dev.strata.access.accounts.Passwords;
import dev.strata.access.callers.Caller.Kind;
import dev.strata.access.callers.Caller;
import dev.strata.access.callers.Proven;
import dev.strata.access.callers.RobotTerms;
import dev.strata.access.passwords.Secret;
import dev.strata.access.people.People;
import dev.strata.database.entities.EntityTransaction;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.data.domain.Limit;

/** Service accounts. Their secrets are random, told once, and kept as hashes. */
@EntityTransaction
public class Robots {

    private final RobotRows robots;
    private final RobotSecretRows secrets;
    private final Passwords accounts;
    private final People people;
    private final Clock clock;
    private final RandomGenerator random;

    /** @param random that nobody can guess */
    Robots(
            RobotRows robots,
            RobotSecretRows secrets,
            Passwords accounts,
            People people,
            Clock clock,
            RandomGenerator random) {
        this.robots = robots;
        this.secrets = secrets;
        this.accounts = accounts;
        this.people = people;
        this.clock = clock;
        this.random = random;
    }

    /** A robot, and the one time that its secret is told. */
    public record WithSecret(Robot robot, String secret) {}

    /** @throws RegistryException with ACCOUNT_EXISTS */
    public WithSecret create(NewRobot robot) {
        if (robots.findByName(robot.name()).isPresent()) {
            throw exists(robot.name(), null);
        }
        try {
            RobotRow row = robots.saveAndFlush(new RobotRow(robot, now()));
            return withSecret(row);
        } catch (DataIntegrityViolationException e) {
            throw exists(robot.name(), e);
        }
    }

    /**
     * Gives a robot a new secret.
     *
     * @param overlap for how long the present one works too; any older one ends now
     * @throws RegistryException with ACCOUNT_UNKNOWN
     */
    public WithSecret rotate(String name, Duration overlap) {
        RobotRow row = require(name);
        List<RobotSecretRow> present = secrets.findByRobotIdOrderByIdDesc(row.id());
        present.stream().skip(1).forEach(secrets::delete);
        present.stream().findFirst().ifPresent(secret -> secret.endAt(now().plus(overlap)));
        return withSecret(row);
    }

    /** @throws RegistryException with ACCOUNT_UNKNOWN */
    public void delete(String name) {
        RobotRow row = require(name);
        secrets.deleteByRobotId(row.id());
        robots.delete(row);
    }

    @EntityTransaction(readOnly = true)
    public Optional<Robot> find(String name) {
        return robots.findByName(name).map(RobotRow::robot);
    }

    /** All robots, in the order of their names, from behind one. */
    @EntityTransaction(readOnly = true)
    public List<Robot> list(String after, int limit) {
        return robots.findByNameGreaterThanOrderByName(after, Limit.of(limit)).stream().map(RobotRow::robot).toList();
    }

    /** Those that somebody made, and not somebody who had the name before. */
    @EntityTransaction(readOnly = true)
    public List<Robot> listOf(Caller maker, String after, int limit) {
        if (!NewRobot.canBeMadeBy(maker)) {
            return List.of(); // of a robot or a workload, an account may have the name
        }
        return robots
                .findByMakerKindAndMakerNameAndCreatedAtGreaterThanEqualAndNameGreaterThanOrderByName(
                        RobotRow.code(maker.kind()), maker.name(), since(maker), after, Limit.of(limit))
                .stream()
                .map(RobotRow::robot)
                .toList();
    }

    /** A robot that somebody made. */
    @EntityTransaction(readOnly = true)
    public Optional<Robot> findOf(Caller maker, String name) {
        return find(name).filter(robot -> NewRobot.canBeMadeBy(maker)
                && robot.makerKind() == maker.kind()
                && robot.makerName().equals(maker.name())
                && !robot.createdAt().isBefore(since(maker)));
    }

    private Instant since(Caller maker) {
        return maker.kind() == Kind.ACCOUNT ? accounts.since(maker.name()) : Instant.EPOCH;
    }

    /** Whether a text is meant to be a robot's secret, good or not. */
    public boolean isSecret(String text) {
        return Secret.ROBOT.hasPrefix(text);
    }

    /** Whose secret this is. It is looked up anew each time that it matters: that is quick, and its maker may change. */
    @EntityTransaction(readOnly = true)
    public Optional<Proven> check(String secret) {
        if (!Secret.ROBOT.is(secret)) {
            return Optional.empty();
        }
        byte[] hash = Secret.hash(secret);
        return secrets.findByHash(hash).filter(row -> row.isGoodAt(clock.instant())).flatMap(this::proven);
    }

    /** The robot of a name, as it is now, if the secret of this version is still good. */
    @EntityTransaction(readOnly = true)
    public Optional<Proven> present(String name, String version) {
        return robots.findByName(name).stream()
                .flatMap(row -> secrets.findByRobotIdOrderByIdDesc(row.id()).stream())
                .filter(secret -> secret.version().equals(version) && secret.isGoodAt(clock.instant()))
                .findFirst()
                .flatMap(this::proven);
    }

    /** The robot of a name, as it is now, whatever its secrets; absent where its maker is gone. */
    @EntityTransaction(readOnly = true)
    Optional<Caller> known(String name) {
        return robots.findByName(name).flatMap(row -> maker(row).map(maker -> caller(row.robot(), maker)));
    }

    void noteUse(String name, Instant at, String from) {
        robots.findByName(name).ifPresent(row -> row.setUsed(at.truncatedTo(ChronoUnit.MICROS), from));
    }

    private Optional<Proven> proven(RobotSecretRow secret) {
        return robots.findById(secret.robotId())
                .filter(row -> row.robot().expiresAt().filter(end -> !clock.instant().isBefore(end)).isEmpty())
                .flatMap(row -> maker(row).map(maker -> new Proven(
                        caller(row.robot(), maker), secret.version(), () -> false)));
    }

    private static Caller caller(Robot robot, Caller maker) {
        RobotTerms terms = new RobotTerms(maker, robot.repositories(), robot.actions(), robot.cacheScopes());
        return new Caller(Kind.ROBOT, robot.name(), "", Set.of(), Map.of(), Optional.empty(), Optional.of(terms));
    }

    /** Who made a robot, as they are now; without them it may do nothing. */
    private Optional<Caller> maker(RobotRow row) {
        return switch (row.makerKind()) {
            case CERTIFICATE -> Optional.of(Caller.of(Kind.CERTIFICATE, row.makerName()));
            case PERSON -> people.maker(row.makerName(), row.robot().createdAt());
            default -> accounts.maker(row.makerName(), row.robot().createdAt());
        };
    }

    private WithSecret withSecret(RobotRow row) {
        String secret = Secret.ROBOT.create(random);
        secrets.save(new RobotSecretRow(row.id(), Secret.hash(secret), now(), null));
        return new WithSecret(row.robot(), secret);
    }

    private RobotRow require(String name) {
        return robots.findByName(name)
                .orElseThrow(() -> new RegistryException(
                        Problem.ACCOUNT_UNKNOWN, "there is no such robot", Map.of("robot", name)));
    }

    /** As fine as both databases keep it. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private static RegistryException exists(String name, @Nullable Throwable cause) {
        return new RegistryException(
                Problem.ACCOUNT_EXISTS, "there is a robot of this name", Map.of("robot", name), cause);
    }
}
