package dev.strata.access.audit;

import dev.strata.access.AccessProperties;
import dev.strata.access.callers.Caller;
import dev.strata.access.callers.Callers;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Tells what the callers of requests do. */
@Component
public class Audit {

    private final ApplicationEventPublisher events;
    private final boolean hasLogin;
    private final Clock clock;

    Audit(ApplicationEventPublisher events, AccessProperties access, Environment environment, Clock clock) {
        this.events = events;
        this.hasLogin = access.hasLogin(environment);
        this.clock = clock;
    }

    /**
     * Tells what a caller did. On a registry without logins nobody is anybody, and nothing is told.
     *
     * @param subject what it was done to
     * @param detail by name
     */
    public void note(AuditEvent.What what, HttpServletRequest request, String subject, Map<String, String> detail) {
        Caller caller = Callers.of(request);
        if (caller.kind() != Caller.Kind.ANYBODY) {
            events.publishEvent(new AuditEvent(
                    clock.instant(), what, caller, String.valueOf(request.getRemoteAddr()), subject, detail));
        }
    }

    /**
     * Tells of a command that somebody gave who has the data directory; nothing on a registry without logins.
     *
     * @param user as whom the system knows them
     * @param words its name, and what follows it
     */
    public void noteCommand(String user, List<String> words) {
        if (hasLogin) {
            events.publishEvent(new AuditEvent(
                    clock.instant(),
                    AuditEvent.What.COMMAND,
                    Caller.of(Caller.Kind.DIRECTORY, user),
                    "",
                    words.isEmpty() ? "" : words.getFirst(),
                    Map.of("command", String.join(" ", words))));
        }
    }
}
