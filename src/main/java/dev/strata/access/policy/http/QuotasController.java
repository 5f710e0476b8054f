package dev.strata.access.policy.http;

import dev.strata.access.policy.Administration;
import dev.strata.access.policy.PolicyEntry.Kind;
import dev.strata.access.policy.http.EntryRequests.InForce;
import dev.strata.access.rules.Quota;
import dev.strata.access.rules.QuotaUses;
import java.util.List;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ObjectNode;

/** How many bytes repositories may have, and how much of that is used. */
@RestController
@RequestMapping(QuotasController.PATH)
class QuotasController extends EntriesController {

    static final String PATH = "/api/access/quotas";

    private final Administration administration;
    private final QuotaUses uses;

    QuotasController(EntryRequests entries, Administration administration, QuotaUses uses) {
        super(entries, Kind.QUOTA, PATH, "quotas");
        this.administration = administration;
        this.uses = uses;
    }

    @Override
    List<InForce> inForce() {
        return administration.policy().quotas().stream()
                .map(quota -> new InForce(quota.name(), quota, json -> addUse(quota, json)))
                .toList();
    }

    private void addUse(Quota quota, ObjectNode json) {
        QuotaUses.Use use = uses.of(quota);
        json.put("limit", quota.bytes()).put("used", use.bytes());
        use.countedAt().ifPresent(time -> json.put("counted_at", time.toString()));
    }
}
