package dev.strata.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.replicas.Replicas;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The specification's own suite, with each request to another process. */
@Execution(ExecutionMode.CONCURRENT)
class ReplicasConformanceTest {

    @Test
    void everyCasePasses() throws Exception {
        try (Replicas replicas = Replicas.start(2)) {
            Command.of("bash", ".ci/conformance", replicas.address().getAuthority(), "target/conformance-replicas").run();
            assertThat(replicas.logs()).as("what they printed").doesNotContain(" ERROR ");
        }
    }
}
