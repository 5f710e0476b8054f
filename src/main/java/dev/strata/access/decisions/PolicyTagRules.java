package dev.strata.access.decisions;

import dev.strata.access.policy.CurrentPolicy;
import dev.strata.access.policy.ImmutableTags;
import dev.strata.access.rules.TagRules;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** The policy's rules for tags. */
@Component
class PolicyTagRules implements TagRules {

    private final CurrentPolicy policy;

    PolicyTagRules(CurrentPolicy policy) {
        this.policy = policy;
    }

    @Override
    public Optional<String> keeping(RepositoryName repository, Tag tag) {
        return policy.now().immutable().stream()
                .filter(rule -> rule.include(repository.value(), tag.name()))
                .map(ImmutableTags::toString)
                .findFirst();
    }

    @Override
    public boolean concern(RepositoryName repository) {
        return policy.now().immutable().stream().anyMatch(rule -> rule.isOn(repository.value()));
    }
}
