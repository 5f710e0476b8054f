package dev.strata.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.testing.DockerfileCorpus;
import dev.strata.testing.Size;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;

/** Strata reads Dockerfiles as BuildKit does: each of a corpus, and what comes of it by chance. */
@Execution(ExecutionMode.CONCURRENT)
class DockerfileLanguageTest {

    private static final long SEED = Long.getLong("strata.dockerfile.seed", System.nanoTime());
    private static final int CHANGED = Size.of("strata.dockerfile.changed", 3_000, 40_000);
    private static final int SHOWN = 10;

    @TestFactory
    List<DynamicTest> everyFileOfTheCorpusIsReadAsBuildKitReadsIt() {
        List<DockerfileCorpus.Case> cases = DockerfileCorpus.all();
        List<JsonNode> answers =
                BuildKitReader.read(cases.stream().map(DockerfileCorpus.Case::file).toList());
        List<DynamicTest> tests = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            DockerfileCorpus.Case each = cases.get(i);
            JsonNode buildKit = answers.get(i);
            tests.add(DynamicTest.dynamicTest(
                    each.name(),
                    () -> assertThat(DockerfileDifferences.between(each.file(), buildKit)).isEmpty()));
        }
        return tests;
    }

    /** {@code -Dstrata.dockerfile.seed} repeats a run, {@code -Dstrata.dockerfile.changed} says how many. */
    @Test
    void whatIsChangedByChanceIsReadAsBuildKitReadsIt() {
        Random random = new Random(SEED);
        List<byte[]> corpus =
                DockerfileCorpus.all().stream().map(DockerfileCorpus.Case::file).toList();
        List<byte[]> changed = new ArrayList<>();
        for (int i = 0; i < CHANGED; i++) {
            changed.add(DockerfileCorpus.changed(corpus, random));
        }
        List<JsonNode> answers = BuildKitReader.read(changed);
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < CHANGED; i++) {
            String file = new String(changed.get(i), StandardCharsets.ISO_8859_1);
            DockerfileDifferences.between(changed.get(i), answers.get(i))
                    .ifPresent(difference -> differences.add(difference + " in " + BuildKitReader.JSON.writeValueAsString(file)));
        }
        assertThat(differences.stream().limit(SHOWN)).as("seed %d, of %d", SEED, differences.size()).isEmpty();
        assertThat(answers.stream().filter(answer -> !answer.has("error")).count())
                .as("files that BuildKit takes")
                .isGreaterThan(CHANGED / 20);
    }
}
