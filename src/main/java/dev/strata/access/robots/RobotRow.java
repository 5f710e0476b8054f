package dev.strata.access.robots;

import dev.strata.access.rights.Action;
import dev.strata.access.callers.Caller.Kind;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

@Entity
@Table(name = "robot")
class RobotRow {

    static final int LONGEST_LIST = 4_000;

    private static final String ACCOUNT = "A";
    private static final String CERTIFICATE = "C";
    private static final String PERSON = "P";

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private @Nullable Long id;

    private String name = "";
    private String makerKind = "";
    private String makerName = "";
    private String repositories = "";
    private String actions = "";
    private String cacheScopes = "";
    private Instant createdAt = Instant.EPOCH;
    private @Nullable Instant expiresAt;
    private @Nullable Instant lastUsedAt;
    private @Nullable String lastUsedFrom;

    protected RobotRow() {}

    RobotRow(NewRobot robot, Instant createdAt) {
        this.name = robot.name();
        this.makerKind = code(robot.maker().kind());
        this.makerName = robot.maker().name();
        this.repositories = String.join(" ", robot.repositories());
        this.actions = robot.actions().stream().map(Action::toString).sorted().collect(Collectors.joining(" "));
        this.cacheScopes = String.join(" ", robot.cacheScopes());
        this.createdAt = createdAt;
        this.expiresAt = robot.expiresAt().orElse(null);
    }

    static String code(Kind maker) {
        return switch (maker) {
            case CERTIFICATE -> CERTIFICATE;
            case PERSON -> PERSON;
            default -> ACCOUNT;
        };
    }

    long id() {
        if (id == null) {
            throw new IllegalStateException("The robot has not been written");
        }
        return id;
    }

    String name() {
        return name;
    }

    Kind makerKind() {
        return switch (makerKind) {
            case CERTIFICATE -> Kind.CERTIFICATE;
            case PERSON -> Kind.PERSON;
            default -> Kind.ACCOUNT;
        };
    }

    String makerName() {
        return makerName;
    }

    void setUsed(Instant at, String from) {
        lastUsedAt = at;
        lastUsedFrom = from;
    }

    Robot robot() {
        return new Robot(
                name,
                makerKind(),
                makerName,
                words(repositories),
                words(actions).stream().flatMap(word -> Action.of(word).stream()).collect(Collectors.toSet()),
                words(cacheScopes),
                createdAt,
                Optional.ofNullable(expiresAt),
                Optional.ofNullable(lastUsedAt),
                Optional.ofNullable(lastUsedFrom));
    }

    private static List<String> words(String text) {
        return Stream.of(text.split(" ")).filter(word -> !word.isEmpty()).toList();
    }
}
