package dev.strata.access.callers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** A policy is in force whatever its file is called. */
class NobodyYetTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(NobodyYet.class);

    @ParameterizedTest
    @ValueSource(strings = {"policy.yaml", "false", "FALSE", "off"})
    void whereThereIsAPolicyNobodyIsKnownAtFirst(String file) {
        runner.withPropertyValues("strata.access.policy=" + file)
                .run(context -> assertThat(context).hasSingleBean(NobodyYet.class));
    }

    @Test
    void withoutAPolicyEverythingIsAllowed() {
        runner.run(context -> assertThat(context).doesNotHaveBean(NobodyYet.class));
    }
}
