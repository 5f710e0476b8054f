package dev.strata.registry.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.access.audit.Audit;
import dev.strata.access.callers.Caller;
import dev.strata.access.callers.Callers;
import dev.strata.access.callers.TokenRights;
import dev.strata.access.endpoints.Guard;
import dev.strata.access.policy.TestPolicy;
import dev.strata.access.policy.WithRules;
import dev.strata.access.rights.Action;
import dev.strata.access.rights.RepositoryRights;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.registry.RegistryProperties;
import dev.strata.registry.blobs.AutoMounts;
import dev.strata.testing.Content;
import dev.strata.testing.RegistryClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.util.unit.DataSize;

/** A token for one repository, as most clients get it. */
@WithRules
class ReadableAutoMountTest {

    private static final RepositoryName HERE = RepositoryName.of("readable/here");

    @Autowired
    RegistryClient registry;

    @Autowired
    TestPolicy policy;

    @Autowired
    AutoMounts mounts;

    @Autowired
    Guard guard;

    @Autowired
    Audit audit;

    @ParameterizedTest
    @CsvSource({
        "READABLE, readable/there, PUSH, true",
        "READABLE, readable/secret, PUSH, false",
        "READABLE, readable/there, PULL, false",
        "AUTO, readable/there, PUSH, false",
        "OFF, readable/there, PUSH, false"
    })
    void whatItsHolderMayReadIsGivenWhereTheSettingSaysSo(
            RegistryProperties.AutoMount setting, String from, Action action, boolean isLinked) throws IOException {
        policy.become("""
                grants:
                  - {who: "account:ann", on: readable/here, may: [pull, push]}
                  - {who: "account:ann", on: readable/there, may: pull}
                """);
        Digest digest = registry.pushBlob(from, Content.random(8_700 + (setting + from + action).hashCode(), 100));
        RepositoryRights carried = new RepositoryRights(EnumSet.of(Action.PULL, action), List.of());
        MockHttpServletRequest request = new MockHttpServletRequest();
        Callers.note(
                request,
                Caller.of(Caller.Kind.ACCOUNT, "ann").with(new TokenRights(Map.of(HERE.value(), carried), false)));

        assertThat(mounting(setting).answer(request, HERE, digest)).isEqualTo(isLinked);
        assertThat(registry.getBlob(HERE.value(), digest)).hasStatus(isLinked ? 200 : 404);
    }

    private AutoMounting mounting(RegistryProperties.AutoMount setting) {
        DataSize any = DataSize.ofMegabytes(8);
        RegistryProperties properties =
                new RegistryProperties(true, RegistryProperties.SparseImages.PARTIAL, setting, any, any, any);
        return new AutoMounting(mounts, properties, guard, audit, new SimpleMeterRegistry());
    }
}
