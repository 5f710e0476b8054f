package dev.strata.upkeep.retention.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.upkeep.RetentionProperties;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules in a file are in force as they stand there, and the last good ones while it is broken. */
class RulesInFileTest {

    @TempDir
    Path directory;

    private RulesInFile rules(Path file) {
        return new RulesInFile(
                new RetentionProperties(file, Duration.ZERO, 50, List.of(), List.of()), new SimpleMeterRegistry());
    }

    @Test
    void whatStandsThereIsInForce() throws IOException {
        Path file = Files.writeString(directory.resolve("retention.yaml"), """
                retention:
                  - name: builds
                    on: [team/**, web]
                    keep:
                      - tags: [v*, latest]
                      - newest: 10
                        tags: main-*
                    remove:
                      - older-than: 90d
                        not-pulled-since: 30d
                      - above: 100GB
                  - name: rest
                    on: "**"
                    remove: {untagged-since: 12h}
                    unattended: true
                """);
        RulesInFile rules = rules(file);
        assertThat(rules.rules()).hasSize(2);
        RetentionRule builds = rules.rules().getFirst();
        assertThat(builds.isOn("team/a/b")).isTrue();
        assertThat(builds.isOn("web/x")).isFalse();
        assertThat(builds.keep().toString()).isEqualTo("[tags v*, latest, tags main-*, newest 10]");
        assertThat(builds.remove().toString()).isEqualTo("[older-than 90d, not-pulled-since 30d, above 107374182400]");
        assertThat(rules.rules().getLast().unattended()).isTrue();
        assertThat(rules.rules().getLast().remove().toString()).isEqualTo("[untagged-since PT12H]");
    }

    @Test
    void aBrokenFileLeavesTheRulesBefore() throws IOException {
        Path file = Files.writeString(directory.resolve("retention.yaml"), "retention: [{name: a, on: a, keep: {newest: 1}}]");
        RulesInFile rules = rules(file);
        Files.writeString(file, "retention:\n  - name: a\n    on: a\n    remove: {older: 1d}\n");
        rules.reload();
        assertThat(rules.rules()).hasSize(1);
        assertThat(rules.faults().getFirst()).startsWith("line 4: there is no 'older' here");
        Files.writeString(file, "retention: []");
        rules.reload();
        assertThat(rules.rules()).isEmpty();
        assertThat(rules.faults()).isEmpty();
    }

    @Test
    void aBrokenFileEndsTheStart() throws IOException {
        Path file = Files.writeString(directory.resolve("retention.yaml"), "grants: []");
        assertThatThrownBy(() -> rules(file)).isInstanceOf(InvalidRulesException.class).hasMessageContaining("grants");
        assertThatThrownBy(() -> rules(directory.resolve("none"))).isInstanceOf(InvalidRulesException.class);
        Path twice = Files.writeString(
                directory.resolve("twice.yaml"),
                "retention: [{name: a, on: a, keep: {newest: 1}}, {name: a, on: b, keep: {newest: 1}}]");
        assertThatThrownBy(() -> rules(twice)).hasMessageContaining("another rule of this name");
    }

    @Test
    void aRuleIsTheSameHoweverItIsWrittenAndAnotherOneWhenItSaysSomethingElse() {
        RetentionRule rule = RuleReader.readOne("a", "{on: a, remove: [{older-than: 1d, tags: x}]}");
        assertThat(RuleReader.readOne("a", "on: [a]\nremove:\n  tags: [x]\n  older-than: 24h").key()).isEqualTo(rule.key());
        assertThat(RuleReader.readOne("a", "{on: a, remove: [{older-than: 2d, tags: x}]}").key()).isNotEqualTo(rule.key());
        assertThat(RuleReader.readOne("b", "{on: a, remove: [{older-than: 1d, tags: x}]}").key()).isNotEqualTo(rule.key());
    }
}
