package dev.strata.upkeep.retention.rules;

import dev.strata.access.rules.RuleFile;
import dev.strata.upkeep.RetentionProperties;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Rules in a file. It is read again when it changes; one that is broken leaves the last good rules in force, and at a start
 * there are none.
 */
@Component
class RulesInFile {

    private static final Logger log = LoggerFactory.getLogger(RulesInFile.class);

    private final Optional<RuleFile> file;
    private volatile List<RetentionRule> rules = List.of();
    private volatile List<String> faults = List.of();

    /** @throws InvalidRulesException where it has none */
    RulesInFile(RetentionProperties properties, MeterRegistry meters) {
        this.file = Optional.ofNullable(properties.retentionFile())
                .map(path -> new RuleFile(path, "retention: []' removes nothing"));
        Gauge.builder("strata.upkeep.retention.broken", this, now -> now.faults().isEmpty() ? 0 : 1)
                .description("Whether the file of retention rules was changed into something that has none, and those before are in force")
                .register(meters);
        file.ifPresent(this::start);
    }

    private void start(RuleFile from) {
        try {
            load(from);
        } catch (IOException e) {
            throw new InvalidRulesException(
                    from.path().toString(), List.of("it cannot be read: " + e.getMessage()));
        }
    }

    boolean isUsed() {
        return file.isPresent();
    }

    List<RetentionRule> rules() {
        return rules;
    }

    /** What is wrong with the file as it is now; empty where its rules are in force. */
    List<String> faults() {
        return faults;
    }

    @Scheduled(fixedDelayString = "PT1S", initialDelayString = "PT1S")
    void reload() {
        if (file.isEmpty()) {
            return;
        }
        try {
            if (load(file.get())) {
                log.info("The rules of retention in {} are in force", file.get().path());
            }
        } catch (InvalidRulesException e) {
            stay(e.faults(), e);
        } catch (IOException e) {
            stay(List.of("it cannot be read"), e);
        }
    }

    private void stay(List<String> because, Exception cause) {
        if (!faults.equals(because)) {
            log.error("{}. The rules before stay in force", cause.getMessage());
        }
        faults = because;
    }

    /** Says whether it has changed. */
    private boolean load(RuleFile from) throws IOException {
        String where = from.path().toString();
        Optional<String> text = from.changed(wrong -> new InvalidRulesException(where, wrong));
        text.ifPresent(changed -> {
            rules = RuleReader.readAll(where, changed);
            faults = List.of();
        });
        return text.isPresent();
    }
}
