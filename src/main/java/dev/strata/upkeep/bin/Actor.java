package dev.strata.upkeep.bin;

import dev.strata.access.callers.Caller;
import dev.strata.access.callers.Callers;
import java.util.Locale;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/** Who does what is being done: the caller of the request on this thread. */
@Component
class Actor {

    /** As a grant would name them; empty on a registry without logins, and for what Strata does by itself. */
    String name() {
        if (!(RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes current)) {
            return "";
        }
        Caller caller = Callers.of(current.getRequest());
        return switch (caller.kind()) {
            case ANYBODY -> "";
            case ANONYMOUS -> "anonymous";
            case ACCOUNT, PERSON, ROBOT, WORKLOAD, CERTIFICATE, DIRECTORY ->
                caller.kind().name().toLowerCase(Locale.ROOT) + ":" + caller.name();
        };
    }
}
