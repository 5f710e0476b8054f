package dev.strata.access.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.access.rights.Action;
import dev.strata.access.callers.Caller;
import dev.strata.access.PolicyProperties;
import dev.strata.oci.RepositoryName;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file with the policy while the registry runs. */
class PolicyFileTest {

    private static final Caller ALICE = Caller.of(Caller.Kind.ACCOUNT, "alice");

    @TempDir
    Path directory;

    private final CurrentPolicy policy = new CurrentPolicy();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private Path file;
    private int changes;

    @BeforeEach
    void write() throws IOException {
        file = directory.resolve("policy.yaml");
        write("grants: [{who: 'account:alice', on: x, may: pull}]");
    }

    private void write(String yaml) throws IOException {
        Files.writeString(file, yaml);
        Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(1_000_000 + changes++)));
    }

    private PolicyFile start() {
        return new PolicyFile(new PolicyProperties(file, PolicyProperties.Totals.ADMIN), policy, meters);
    }

    private boolean alice(Action action) {
        return policy.now().grants().of(ALICE, RepositoryName.of("x")).allow(action);
    }

    private double broken() {
        return meters.get("strata.access.policy.broken").gauge().value();
    }

    @Test
    void isReadAgainWhenItChanges() throws IOException {
        PolicyFile watched = start();
        assertThat(alice(Action.PULL)).isTrue();
        write("grants: [{who: 'account:alice', on: x, may: push}]");
        watched.reload();
        assertThat(alice(Action.PULL)).isFalse();
        assertThat(alice(Action.PUSH)).isTrue();
    }

    @Test
    void staysInForceWhileItsSuccessorIsBroken() throws IOException {
        PolicyFile watched = start();
        write("grants: [{who: alice}]");
        watched.reload();
        watched.reload();
        assertThat(alice(Action.PULL)).isTrue();
        assertThat(policy.faults()).isNotEmpty();
        assertThat(broken()).isEqualTo(1);
        write("grants: []");
        watched.reload();
        assertThat(alice(Action.PULL)).isFalse();
        assertThat(policy.faults()).isEmpty();
        assertThat(broken()).isZero();
    }

    @Test
    void staysInForceWhileItIsWrittenOver() throws IOException {
        PolicyFile watched = start();
        write("");
        watched.reload();
        assertThat(alice(Action.PULL)).isTrue();
        assertThat(broken()).isEqualTo(1);
        write("grants: [{who: 'account:alice', on: x, may: push}]");
        watched.reload();
        assertThat(alice(Action.PUSH)).isTrue();
        assertThat(broken()).isZero();
    }

    @Test
    void staysInForceWhileItIsAway() throws IOException {
        PolicyFile watched = start();
        Path away = directory.resolve("away");
        Files.move(file, away);
        watched.reload();
        assertThat(alice(Action.PULL)).isTrue();
        assertThat(broken()).isEqualTo(1);
        Files.move(away, file);
        watched.reload();
        assertThat(broken()).isZero();
    }

    @Test
    void stopsAStartThatHasNoGoodOne() throws IOException {
        write("grants: [{who: alice}]");
        assertThatThrownBy(this::start).isInstanceOf(PolicyException.class).hasMessageContaining("line 1");
        Files.delete(file);
        assertThatThrownBy(this::start).isInstanceOf(PolicyException.class);
    }
}
