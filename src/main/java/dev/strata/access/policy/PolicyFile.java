package dev.strata.access.policy;

import dev.strata.access.PolicyProperties;
import dev.strata.access.rules.RuleFile;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.Optional;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** The policy in a file. */
@Component
class PolicyFile {

    private final Optional<RuleFile> file;
    private final CurrentPolicy policy;

    /** @throws PolicyException where it is none */
    PolicyFile(PolicyProperties properties, CurrentPolicy policy, MeterRegistry meters) {
        this.file = Optional.ofNullable(properties.policy())
                .map(path -> new RuleFile(
                        path,
                        "grants: []' grants nothing to anybody",
                        PolicyException::new,
                        (where, text) -> policy.become(PolicyReader.read(where, text))));
        this.policy = policy;
        Gauge.builder("strata.access.policy.broken", policy, current -> current.faults().isEmpty() ? 0 : 1)
                .description("Whether the policy was changed into something that is none, and the one before is in force")
                .register(meters);
        file.ifPresent(RuleFile::start);
    }

    Optional<Path> file() {
        return file.map(RuleFile::path);
    }

    @Scheduled(fixedDelayString = "PT1S")
    void reload() {
        file.ifPresent(from -> {
            from.reload();
            policy.stay(from.faults());
        });
    }
}
