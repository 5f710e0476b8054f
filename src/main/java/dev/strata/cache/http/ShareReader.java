package dev.strata.cache.http;

import dev.strata.access.audit.Audit;
import dev.strata.access.audit.AuditEvent;
import dev.strata.access.browsers.CrossSite;
import dev.strata.access.endpoints.Guard;
import dev.strata.access.rights.Action;
import dev.strata.access.rights.RepositoryRights;
import dev.strata.cache.Neighbours;
import dev.strata.cache.Sharing;
import dev.strata.cache.entries.Entry;
import dev.strata.cache.lookup.HitOrigin;
import dev.strata.oci.RepositoryName;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Tells from which other repositories a request may be answered. Whoever may upload here takes from those that they may pull
 * from by what is granted: a token names the one repository that is built, and has to carry the right to upload there.
 */
@Component
class ShareReader {

    private final Sharing sharing;
    private final Guard guard;
    private final Audit audit;

    ShareReader(Sharing sharing, Guard guard, Audit audit) {
        this.sharing = sharing;
        this.guard = guard;
        this.audit = audit;
    }

    Neighbours neighbours(HttpServletRequest request, RepositoryName repository) {
        RepositoryRights held = guard.rights(request, repository);
        // A page can have a picture's address be a question, and a hit brings a layer into the repository.
        boolean mayTake = !CrossSite.mayBe(request) && (held.allow(Action.PUSH) || held.allowWritingSome());
        return sharing.neighbours(
                repository, mayTake ? guard.granted(request) : guard.readable(request), mayTake);
    }

    /** Notes that a layer came into a repository by an answer. */
    void note(HttpServletRequest request, RepositoryName repository, Entry entry, Optional<HitOrigin> origin) {
        if (entry.layer().isPresent() && origin.isPresent() && origin.get().isLinkedNow()) {
            audit.note(
                    AuditEvent.What.MOUNTED,
                    request,
                    repository.value(),
                    Map.of(
                            "digest", entry.layer().get().digest().toString(),
                            "from", origin.get().repository().value()));
        }
    }
}
