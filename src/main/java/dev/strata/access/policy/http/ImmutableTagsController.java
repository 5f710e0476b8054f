package dev.strata.access.policy.http;

import dev.strata.access.policy.Administration;
import dev.strata.access.policy.PolicyEntry.Kind;
import dev.strata.access.policy.http.EntryRequests.InForce;
import java.util.List;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Which tags stay as they are. */
@RestController
@RequestMapping(ImmutableTagsController.PATH)
class ImmutableTagsController extends EntriesController {

    static final String PATH = "/api/access/immutable";

    private final Administration administration;

    ImmutableTagsController(EntryRequests entries, Administration administration) {
        super(entries, Kind.IMMUTABLE, PATH, "immutable");
        this.administration = administration;
    }

    @Override
    List<InForce> inForce() {
        return administration.policy().immutable().stream()
                .map(rule -> new InForce(rule.name(), rule))
                .toList();
    }
}
