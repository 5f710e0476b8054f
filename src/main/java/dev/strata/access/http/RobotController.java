package dev.strata.access.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.strata.access.ConditionalOnLogin;
import dev.strata.access.audit.Audit;
import dev.strata.access.audit.AuditEvent.What;
import dev.strata.access.callers.Caller;
import dev.strata.access.callers.Callers;
import dev.strata.access.callers.Rights;
import dev.strata.access.endpoints.Guard;
import dev.strata.access.endpoints.Open;
import dev.strata.access.refresh.RefreshTokens;
import dev.strata.access.rights.Action;
import dev.strata.access.robots.NewRobot;
import dev.strata.access.robots.Robot;
import dev.strata.access.robots.Robots;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.web.Links;
import dev.strata.web.SmallBodies;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/** Robots, for those who maintain the repositories that they are made for; others' robots look as if there were none. */
@RestController
@ConditionalOnLogin
@RequestMapping(path = "/api/access/robots", produces = MediaType.APPLICATION_JSON_VALUE)
class RobotController {

    private static final Duration LONGEST_OVERLAP = Duration.ofDays(30);
    /** Not every database has times so far away. */
    private static final Instant LATEST = Instant.parse("9999-01-01T00:00:00Z");

    private final Robots robots;
    private final RefreshTokens refreshTokens;
    private final MaintainedRepositories maintained;
    private final Rights rights;
    private final Guard guard;
    private final SmallBodies bodies;
    private final Links links;
    private final Audit audit;

    RobotController(
            Robots robots,
            RefreshTokens refreshTokens,
            MaintainedRepositories maintained,
            Rights rights,
            Guard guard,
            SmallBodies bodies,
            Links links,
            Audit audit) {
        this.robots = robots;
        this.refreshTokens = refreshTokens;
        this.maintained = maintained;
        this.rights = rights;
        this.guard = guard;
        this.bodies = bodies;
        this.links = links;
        this.audit = audit;
    }

    /** @param secret only where it was made just now */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record RobotJson(
            String name,
            String maker,
            List<String> repositories,
            List<String> actions,
            List<String> cacheScopes,
            Instant createdAt,
            @Nullable Instant expiresAt,
            @Nullable Instant lastUsedAt,
            @Nullable String lastUsedFrom,
            @Nullable String secret) {

        static RobotJson of(Robot robot, @Nullable String secret) {
            return new RobotJson(
                    robot.name(),
                    robot.makerKind().name().toLowerCase(Locale.ROOT) + ":" + robot.makerName(),
                    robot.repositories(),
                    robot.actions().stream().map(Action::toString).sorted().toList(),
                    robot.cacheScopes(),
                    robot.createdAt(),
                    robot.expiresAt().orElse(null),
                    robot.lastUsedAt().orElse(null),
                    robot.lastUsedFrom().orElse(null),
                    secret);
        }
    }

    @Open(to = Open.Audience.DECIDED_THERE)
    @GetMapping
    Map<String, List<RobotJson>> list(
            @RequestParam Optional<String> n,
            @RequestParam Optional<String> after,
            HttpServletRequest request,
            HttpServletResponse response) {
        guard.requireLogin(request, response);
        Caller caller = Callers.of(request);
        Paging page = Paging.of(n, after);
        List<Robot> found = rights.isAdmin(caller)
                ? robots.list(page.after(), page.asked())
                : robots.listOf(caller, page.after(), page.asked());
        List<Robot> shown = page.cut(found, Robot::name, "/api/access/robots", links, response);
        return Map.of("robots", shown.stream().map(robot -> RobotJson.of(robot, null)).toList());
    }

    @Open(to = Open.Audience.DECIDED_THERE)
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    RobotJson create(HttpServletRequest request, HttpServletResponse response) throws IOException {
        requireSecret(request, response);
        RequestFields wish = RequestFields.read(
                request, bodies, Set.of("name", "repositories", "actions", "cache_scopes", "expires_at"));
        NewRobot robot = new NewRobot(
                wish.requireText("name"),
                Callers.of(request).withoutToken(),
                wish.texts("repositories").orElse(List.of()),
                actions(wish),
                wish.texts("cache_scopes").orElse(List.of()),
                wish.text("expires_at").map(RobotController::time));
        maintained.require(Callers.of(request), robot.repositories());
        Robots.WithSecret made = robots.create(robot);
        audit.note(What.ROBOT_CREATED, request, robot.name(), Map.of());
        response.setHeader("Cache-Control", "no-store");
        return RobotJson.of(made.robot(), made.secret());
    }

    @Open(to = Open.Audience.DECIDED_THERE)
    @PostMapping("/{robot}/secrets")
    @ResponseStatus(HttpStatus.CREATED)
    RobotJson rotate(@PathVariable String robot, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        requireOwn(robot, request, response);
        RequestFields wish = RequestFields.read(request, bodies, Set.of("overlap"));
        Robots.WithSecret made = robots.rotate(robot, wish.text("overlap").map(RobotController::overlap).orElse(Duration.ZERO));
        audit.note(What.ROBOT_ROTATED, request, robot, Map.of());
        response.setHeader("Cache-Control", "no-store");
        return RobotJson.of(made.robot(), made.secret());
    }

    @Open(to = Open.Audience.DECIDED_THERE)
    @DeleteMapping("/{robot}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String robot, HttpServletRequest request, HttpServletResponse response) {
        requireOwn(robot, request, response);
        robots.delete(robot);
        refreshTokens.revoke(Caller.Kind.ROBOT, robot);
        audit.note(What.ROBOT_DELETED, request, robot, Map.of());
    }

    /** A robot outlives a token, and may do what the token does not carry. */
    private void requireSecret(HttpServletRequest request, HttpServletResponse response) {
        guard.requireLogin(request, response);
        Caller caller = Callers.of(request);
        if (caller.token().isPresent() && !rights.isAdmin(caller)) {
            throw new RegistryException(
                    Problem.FORBIDDEN, "this takes a password or a certificate, and not a token that was made of one", Map.of());
        }
    }

    private void requireOwn(String name, HttpServletRequest request, HttpServletResponse response) {
        requireSecret(request, response);
        Caller caller = Callers.of(request);
        boolean isOwn = robots.findOf(caller, name).isPresent();
        if (!isOwn && !rights.isAdmin(caller)) {
            throw new RegistryException(Problem.ACCOUNT_UNKNOWN, "there is no such robot", Map.of("robot", name));
        }
    }

    private static Set<Action> actions(RequestFields wish) {
        return wish.texts("actions").orElse(List.of()).stream()
                .map(word -> Action.of(word)
                        .orElseThrow(() -> RequestFields.invalid("there is no action " + word, "actions")))
                .collect(Collectors.toSet());
    }

    private static Instant time(String text) {
        try {
            Instant time = Instant.parse(text);
            if (!time.isBefore(Instant.EPOCH) && time.isBefore(LATEST)) {
                return time;
            }
        } catch (DateTimeParseException e) {
            throw RequestFields.invalid("expires_at is a time such as 2027-01-31T00:00:00Z", "expires_at");
        }
        throw RequestFields.invalid("expires_at is a time before " + LATEST, "expires_at");
    }

    private static Duration overlap(String text) {
        try {
            Duration overlap = Duration.parse(text);
            if (!overlap.isNegative() && overlap.compareTo(LONGEST_OVERLAP) <= 0) {
                return overlap;
            }
        } catch (DateTimeParseException e) {
            throw RequestFields.invalid("overlap is a duration such as PT24H", "overlap");
        }
        throw RequestFields.invalid("overlap is at most P30D", "overlap");
    }
}
