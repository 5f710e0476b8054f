package dev.strata.access.audit;

import dev.strata.access.callers.Caller;
import dev.strata.access.callers.Callers;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.Map;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/** Tells what the callers of requests do. */
@Component
public class Audit {

    private final ApplicationEventPublisher events;
    private final Clock clock;

    Audit(ApplicationEventPublisher events, Clock clock) {
        this.events = events;
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
}
