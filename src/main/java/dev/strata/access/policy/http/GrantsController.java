package dev.strata.access.policy.http;

import dev.strata.access.policy.Administration;
import dev.strata.access.policy.PolicyEntry.Kind;
import dev.strata.access.policy.http.EntryRequests.InForce;
import java.util.List;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Who may do what. */
@RestController
@RequestMapping(GrantsController.PATH)
class GrantsController extends EntriesController {

    static final String PATH = "/api/access/grants";

    private final Administration administration;

    GrantsController(EntryRequests entries, Administration administration) {
        super(entries, Kind.GRANT, PATH, "grants");
        this.administration = administration;
    }

    @Override
    List<InForce> inForce() {
        return administration.policy().grants().all().stream()
                .map(grant -> new InForce(grant.name(), grant))
                .toList();
    }
}
