package dev.strata.access.policy;

import dev.strata.access.PolicyProperties;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
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

    private final Optional<Path> file;
    private final CurrentPolicy policy;
    private @Nullable State read;

    /** @throws PolicyException where it is none */
    PolicyFile(PolicyProperties properties, CurrentPolicy policy, MeterRegistry meters) {
        this.file = Optional.ofNullable(properties.policy());
        this.policy = policy;
        Gauge.builder("strata.access.policy.broken", policy, current -> current.faults().isEmpty() ? 0 : 1)
                .description("Whether the policy was changed into something that is none, and the one before is in force")
                .register(meters);
        if (file.isPresent()) {
            load(file.get());
        }
    }

    /** What tells one state of the file from another. Where its directory is exchanged, as Kubernetes does, so is its key. */
    private record State(FileTime time, long size, @Nullable Object key) {

        static State of(Path file) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new State(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
        }
    }

    Optional<Path> file() {
        return file;
    }

    @Scheduled(fixedDelayString = "PT1S")
    void reload() {
        if (file.isEmpty()) {
            return;
        }
        try {
            if (!State.of(file.get()).equals(read)) {
                load(file.get());
                log.info("The policy in {} is in force", file.get());
            }
        } catch (PolicyException e) {
            stay(e.faults(), e);
        } catch (IOException e) {
            read = null;
            stay(List.of("it cannot be read"), e);
        }
    }

    private void stay(List<String> faults, Exception cause) {
        if (!policy.faults().equals(faults)) {
            log.error("{}. The policy before it stays in force", cause.getMessage());
        }
        policy.stay(faults);
    }

    private void load(Path from) {
        try {
            State state = State.of(from); // before it is read: what changes meanwhile is read again
            read = state;
            if (state.size() == 0) { // so is a file for a moment that an editor writes over
                throw new PolicyException(from.toString(), List.of("it is empty; 'grants: []' grants nothing to anybody"));
            }
            if (state.size() > PolicyReader.LONGEST) {
                throw new PolicyException(from.toString(), List.of("it has more than " + PolicyReader.LONGEST + " bytes"));
            }
            policy.become(PolicyReader.read(from.toString(), Files.readString(from, StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new PolicyException(from.toString(), List.of("it cannot be read: " + e.getMessage()));
        }
    }
}
