package dev.strata.agent.context;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.agent.builders.Dialect;
import dev.strata.agent.plan.Plans;
import dev.strata.step.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExclusionsTest {

    @TempDir
    private Path context;

    @BeforeEach
    void makeFiles() throws IOException {
        for (String file : new String[] {"a.md", "a.txt", "src/a.md", "src/b.txt", "src/deep/a.md", "src/deep/c.txt"}) {
            write(file, "before");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // an instruction                              | a file that changes | whether that is another step
                "COPY --exclude=*.md . /                       | a.md           | false",
                "COPY --exclude=*.md . /                       | a.txt          | true",
                "COPY --exclude=*.md . /                       | src/a.md       | true",
                "COPY --exclude=**/*.md . /                    | src/deep/a.md  | false",
                "COPY --exclude=*/*.md . /                     | src/a.md       | false",
                "COPY --exclude=*/*.md . /                     | src/deep/a.md  | true",
                "COPY --exclude=src/deep . /                   | src/deep/c.txt | false",
                "COPY --exclude=./src/ . /                     | src/b.txt      | false",
                "COPY --exclude=*.md --exclude=?.txt . /       | a.txt          | false",
                "ADD --exclude=*.md . /                        | a.md           | false",
                // The paths are those in the directory that is copied.
                "COPY --exclude=*.md src /                     | src/a.md       | false",
                "COPY --exclude=*.md sr* /                     | src/a.md       | false",
                "COPY --exclude=src/*.md src /                 | src/a.md       | true",
                "COPY --exclude=deep src /                     | src/deep/c.txt | false",
                // What is itself a source is copied.
                "COPY --exclude=*.md a.md src /                | a.md           | true",
                "COPY --exclude=*.md *.md src /                | a.md           | true",
                "COPY --exclude=src src /                      | src/a.md       | true",
                // What such patterns mean is not certain, or nothing.
                "COPY --exclude=*.md --exclude=!a.md . /       | a.md           | true",
                "COPY --exclude=/a.md . /                      | a.md           | true",
                "COPY --exclude=a.[a-z]* . /                   | a.md           | true",
                "COPY --exclude=a.[a-z]* --exclude=src . /     | src/a.md       | false",
                "COPY --parents --exclude=*.md src /           | src/a.md       | true"
            })
    void aFileThatIsLeftOutMakesNoOtherStep(String instruction, String file, boolean other) throws IOException {
        Operation before = operation(instruction, Dialect.BUILDKIT);

        write(file, "changed");

        assertThat(!operation(instruction, Dialect.BUILDKIT).equals(before)).isEqualTo(other);
    }

    @ParameterizedTest
    @CsvSource({"src/**, true", "src, false"})
    void aDirectoryIsCopiedWithoutWhatIsInItWhereOnlyThatIsLeftOut(String pattern, boolean copied) throws IOException {
        Operation before = operation("COPY --exclude=" + pattern + " . /", Dialect.BUILDKIT);

        Files.setPosixFilePermissions(context.resolve("src"), PosixFilePermissions.fromString("rwx------"));

        assertThat(!operation("COPY --exclude=" + pattern + " . /", Dialect.BUILDKIT).equals(before)).isEqualTo(copied);
    }

    @Test
    void thePatternsArePartOfTheStep() {
        assertThat(operation("COPY --exclude=*.none . /", Dialect.BUILDKIT))
                .isNotEqualTo(operation("COPY . /", Dialect.BUILDKIT));
    }

    /** It has its own rules. */
    @Test
    void whatBuildahLeavesOutIsNotCertain() throws IOException {
        Operation before = operation("COPY --exclude=*.md . /", Dialect.BUILDAH);

        write("a.md", "changed");

        assertThat(operation("COPY --exclude=*.md . /", Dialect.BUILDAH)).isNotEqualTo(before);
    }

    private Operation operation(String instruction, Dialect dialect) {
        return Plans.of("FROM x\n" + instruction, context, dialect, Map.of()).target().steps().getLast().operation().orElseThrow();
    }

    private void write(String name, String content) throws IOException {
        Path file = context.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
