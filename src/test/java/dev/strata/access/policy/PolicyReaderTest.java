package dev.strata.access.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.access.grants.Grant;
import dev.strata.access.rights.Action;
import dev.strata.access.callers.Caller;
import dev.strata.access.rights.Glob;
import dev.strata.access.rules.Quota;
import dev.strata.oci.RepositoryName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A policy as it is written in a file. */
class PolicyReaderTest {

    private static Policy read(String yaml) {
        return PolicyReader.read("policy.yaml", yaml);
    }

    @Test
    void readsEverythingThatAPolicyCanSay() {
        Policy policy = read("""
                # Who may do what.
                grants:
                  - who: account:alice
                    may: admin
                  - {who: [group:developers, "robot:ci"], on: [team/*, tools], may: [pull, push]}
                  - who:
                      - issuer: https://gitlab.example
                        claims:
                          project_path: [acme/web, acme/api]
                          ref: main
                    on: team/**
                    may: [pull, cache]
                    cache: [main, "{ref}-*"]
                immutable:
                  - {on: team/**, tags: [v*, "1.*"]}
                quotas:
                  - {on: [team/**, tools], bytes: 2KB}
                  - {on: "**", bytes: 1000}
                """);
        assertThat(policy.grants().all()).extracting(Grant::toString).containsExactly(
                "account:alice may [admin] on [**]",
                "group:developers may [pull, push] on [team/*, tools]",
                "robot:ci may [pull, push] on [team/*, tools]",
                "issuer:https://gitlab.example {project_path=[acme/web, acme/api], ref=[main]}"
                        + " may [pull, cache] [main, {ref}-*] on [team/**]");
        assertThat(policy.grants().all()).extracting(Grant::name)
                .containsExactly("line 3", "line 5", "line 5", "line 6");
        assertThat(policy.immutable()).extracting(ImmutableTags::toString).containsExactly("[v*, 1.*] on [team/**]");
        assertThat(policy.quotas()).extracting(Quota::toString).containsExactly(
                "2048 bytes on [team/**, tools]", "1000 bytes on [**]");
        assertThat(policy.grants()
                        .of(Caller.of(Caller.Kind.ROBOT, "ci"), RepositoryName.of("tools"))
                        .actions())
                .containsExactlyInAnyOrder(Action.PULL, Action.PUSH);
    }

    @Test
    void anEmptyOneGrantsNothing() {
        assertThat(read("").grants().all()).isEmpty();
        assertThat(read("# nothing\n").grants().all()).isEmpty();
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of("grants: [", "line 1: "),
                Arguments.of("grants:\n  - who: alice\n    on: x\n    may: pull", "line 2: 'alice' is nobody"),
                Arguments.of("grants:\n  - who: anyone\n    on: x\n    may: [pull,\n      write]", "line 5: 'write' is no right"),
                Arguments.of("grants:\n  - who: anyone\n    may: pull", "line 2: 'on' is missing"),
                Arguments.of("grants:\n  - {who: anyone, on: x, may: pull, deny: push}", "line 2: there is no 'deny' here"),
                Arguments.of("grants:\n  - {who: anyone, on: x, may: pull, on: y}", "line 2: 'on' is here twice"),
                Arguments.of("grant: []", "line 1: there is no 'grant' here"),
                Arguments.of("grants: []\ngrants: []", "line 2: 'grants' is here twice"),
                Arguments.of("- who", "line 1: here are names with values"),
                Arguments.of("grants:\n  - {who: anyone, on: x, may: cache}", "line 2: cache is granted with the scopes"),
                Arguments.of("grants:\n  - {who: anyone, on: x, may: admin}", "line 2: admin is for the whole registry"),
                Arguments.of(
                        "grants:\n  - who:\n      issuer: https://x\n      claims: {aud: strata}\n    on: x\n    may: pull",
                        "line 3: a grant to the issuer https://x is for everyone"),
                Arguments.of(
                        "grants:\n  - who: {issuer: https://x, claims: {iat: 1*, jti: a*}}\n    on: x\n    may: pull", "for everyone"),
                Arguments.of("grants:\n  - who: {issuer: https://x}\n    on: x\n    may: pull", "for everyone"),
                Arguments.of("grants:\n  - {who: anyone, on: [[x]], may: pull}", "line 2: here is a single word"),
                Arguments.of("immutable:\n  - {on: x}", "line 2: 'tags' is missing"),
                Arguments.of("quotas:\n  - {on: x}", "line 2: 'bytes' is missing"),
                Arguments.of("quotas:\n  - {bytes: 1GB}", "line 2: 'on' is missing"),
                Arguments.of("quotas:\n  - {on: x, bytes: much}", "line 2: 'much' is no size such as 100GB"),
                Arguments.of("quotas:\n  - {on: x, bytes: 99999999999TB}", "line 2: '99999999999TB' is no size"),
                Arguments.of("quotas:\n  - {on: x, bytes: -1}", "line 2: a quota says which"),
                Arguments.of("quotas:\n" + "  - {on: x, bytes: 1}\n".repeat(101), "more than 100 quotas"),
                Arguments.of("a: &a [b]\ngrants: *a", "line 1: there is no 'a' here"),
                Arguments.of("a: ".repeat(30) + "b", "line 1: "),
                Arguments.of("grants: " + "[".repeat(5_000), "Nesting Depth"),
                Arguments.of(
                        "grants:\n  - &g {who: [" + "anyone,".repeat(1_000) + "], on: x, may: pull}\n" + "  - *g\n".repeat(30),
                        "more than 20000 grants"),
                Arguments.of("grants: !!java.net.URL [http://x]", "line 1: Global tag is not allowed"));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void saysWhatIsWrongAndWhere(String yaml, String fault) {
        assertThatThrownBy(() -> read(yaml)).isInstanceOf(PolicyException.class).hasMessageContaining(fault);
    }

    @Test
    void saysAllThatIsWrongAtOnce() {
        assertThatThrownBy(() -> read("""
                        grants:
                          - {who: alice, on: x, may: pull}
                          - {who: anyone, on: x, may: pull}
                          - {who: anyone, on: x, may: write}
                        """))
                .isInstanceOfSatisfying(PolicyException.class, e -> assertThat(e.faults())
                        .anyMatch(fault -> fault.startsWith("line 2: "))
                        .anyMatch(fault -> fault.startsWith("line 4: "))
                        .noneMatch(fault -> fault.startsWith("line 3: ")));
    }

    @Test
    void aNumberIsTheTextThatItIsWrittenAs() {
        Policy policy = read("immutable: [{on: x, tags: [1.10, 0x10, yes]}]");
        assertThat(policy.immutable()).containsExactly(
                new ImmutableTags("line 1", List.of(Glob.of("x")),
                        Stream.of("1.10", "0x10", "yes").map(Glob::of).toList()));
    }

    @Test
    void readsTheExamplesOfTheDocumentation() throws IOException {
        String document = Files.readString(Path.of("docs/access.md"));
        List<String> examples = Pattern.compile("^```yaml\\n(grants:.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL)
                .matcher(document)
                .results()
                .map(example -> example.group(1))
                .toList();
        assertThat(examples).isNotEmpty().allSatisfy(example -> assertThat(read(example).isEmpty()).isFalse());
    }
}
