package dev.strata.registry.http;

import dev.strata.access.audit.Audit;
import dev.strata.access.audit.AuditEvent;
import dev.strata.registry.events.TagMoved;
import java.util.Map;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/** Notes which tags a request pointed at another manifest, once that stands. */
@Component
class MovedTags {

    private final Audit audit;

    MovedTags(Audit audit) {
        this.audit = audit;
    }

    @TransactionalEventListener
    void moved(TagMoved event) {
        // What is made again after a crash has no request.
        if (event.from().isPresent()
                && RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes current) {
            audit.note(
                    AuditEvent.What.TAG_MOVED,
                    current.getRequest(),
                    event.repository().value(),
                    Map.of("tag", event.tag().name()));
        }
    }
}
