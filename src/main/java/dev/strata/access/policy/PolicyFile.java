package dev.strata.access.policy;

import dev.strata.access.PolicyProperties;
import dev.strata.access.rules.RuleFile;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * The policy in a file. It is read again when the file changes; one that is broken leaves the last good one in force, and
 * at a start there is none.
 */
@Component
class PolicyFile {

    private static final Logger log = LoggerFactory.getLogger(PolicyFile.class);

    private final Optional<RuleFile> file;
    private final CurrentPolicy policy;

    /** @throws PolicyException where it is none */
    PolicyFile(PolicyProperties properties, CurrentPolicy policy, MeterRegistry meters) {
        this.file = Optional.ofNullable(properties.policy())
                .map(path -> new RuleFile(path, "grants: []' grants nothing to anybody"));
        this.policy = policy;
        Gauge.builder("strata.access.policy.broken", policy, current -> current.faults().isEmpty() ? 0 : 1)
                .description("Whether the policy was changed into something that is none, and the one before is in force")
                .register(meters);
        file.ifPresent(this::start);
    }

    private void start(RuleFile from) {
        try {
            load(from);
        } catch (IOException e) {
            throw new PolicyException(from.path().toString(), List.of("it cannot be read: " + e.getMessage()));
        }
    }

    Optional<Path> file() {
        return file.map(RuleFile::path);
    }

    @Scheduled(fixedDelayString = "PT1S")
    void reload() {
        if (file.isEmpty()) {
            return;
        }
        try {
            if (load(file.get())) {
                log.info("The policy in {} is in force", file.get().path());
            }
        } catch (PolicyException e) {
            stay(e.faults(), e);
        } catch (IOException e) {
            stay(List.of("it cannot be read"), e);
        }
    }

    private void stay(List<String> faults, Exception cause) {
        if (!policy.faults().equals(faults)) {
            log.error("{}. The policy before it stays in force", cause.getMessage());
        }
        policy.stay(faults);
    }

    /** Says whether it has changed. */
    private boolean load(RuleFile from) throws IOException {
        String where = from.path().toString();
        Optional<String> text = from.changed(faults -> new PolicyException(where, faults));
        text.ifPresent(changed -> policy.become(PolicyReader.read(where, changed)));
        return text.isPresent();
    }
}
