package dev.strata.upkeep.retention.rules;

import dev.strata.access.rules.RuleFile;
import dev.strata.upkeep.RetentionProperties;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Optional;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Rules in a file. */
@Component
class RulesInFile {

    private final Optional<RuleFile> file;
    private volatile List<RetentionRule> rules = List.of();

    /** @throws InvalidRulesException where it has none */
    RulesInFile(RetentionProperties properties, MeterRegistry meters) {
        this.file = Optional.ofNullable(properties.retentionFile())
                .map(path -> new RuleFile(
                        path,
                        "retention: []' removes nothing",
                        InvalidRulesException::new,
                        (where, text) -> rules = RuleReader.readAll(where, text)));
        Gauge.builder("strata.upkeep.retention.broken", this, now -> now.faults().isEmpty() ? 0 : 1)
                .description("Whether the file of retention rules was changed into something that has none, and those before are in force")
                .register(meters);
        file.ifPresent(RuleFile::start);
    }

    boolean isUsed() {
        return file.isPresent();
    }

    List<RetentionRule> rules() {
        return rules;
    }

    /** What is wrong with the file as it is now; empty where its rules are in force. */
    List<String> faults() {
        return file.map(RuleFile::faults).orElse(List.of());
    }

    @Scheduled(fixedDelayString = "PT1S", initialDelayString = "PT1S")
    void reload() {
        file.ifPresent(RuleFile::reload);
    }
}
