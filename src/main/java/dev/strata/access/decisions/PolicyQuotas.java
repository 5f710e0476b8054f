package dev.strata.access.decisions;

import dev.strata.access.policy.CurrentPolicy;
import dev.strata.access.rules.Quota;
import dev.strata.access.rules.Quotas;
import java.util.List;
import org.springframework.stereotype.Component;

/** The policy's quotas. */
@Component
class PolicyQuotas implements Quotas {

    private final CurrentPolicy policy;

    PolicyQuotas(CurrentPolicy policy) {
        this.policy = policy;
    }

    @Override
    public List<Quota> all() {
        return policy.now().quotas();
    }
}
