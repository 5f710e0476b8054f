package dev.strata.cache.contents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.step.ContentList.Entry;
import dev.strata.step.ContentList;
import dev.strata.step.StepFiles;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which files differ between two content lists. */
class ContentOutlineTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // PATH=BYTES is a file, PATH=BYTES+x an executable one, PATH/ a directory, PATH>TARGET a link
                "-             | -             | -",
                "a=1           | a=1           | -",
                "a=1 b=2       | b=2 a=1       | -",
                "a=1           | a=2           | a",
                "a=1           | a=1+x         | a",
                "a=1           | a=1 b=1       | b",
                "a=1 b=1       | a=1           | b",
                "a=1           | b=1           | a b",
                "-             | a=1 b/        | a b",
                "a=1 b=1       | -             | a b",
                "z=1 m=1 a=1   | z=2 m=1 a=2   | a z",
                "a>x           | a>y           | a",
                "a>x           | a=x           | a",
                "a/            | a=1           | a",
                "a/            | a>x           | a",
                "d/ d/x=1 e=1  | e=1           | d d/x",
                "d.x=1 d/x=1   | d.x=2 d/x=2   | d.x d/x",
                "ä=1 😀=1 x=1  | ä=2 😀=2 x=1  | ä 😀"
            })
    void theyAreThoseThatCameWentOrChanged(String before, String now, String paths) {
        ContentOutline kept = ContentOutline.ofBytes(ContentOutline.of(StepFiles.ofCopy(list(before))).toBytes());

        assertThat(kept.differences(ContentOutline.of(StepFiles.ofCopy(list(now)))))
                .containsExactlyElementsOf(paths == null ? List.of() : List.of(paths.split(" ")));
    }

    private static ContentList list(String text) {
        return ContentList.of(
                text == null ? List.of() : Arrays.stream(text.split(" ")).map(ContentOutlineTest::entry).toList());
    }

    private static Entry entry(String text) {
        if (text.endsWith("/")) {
            return new Entry.Directory(text.substring(0, text.length() - 1), 0755);
        }
        if (text.contains(">")) {
            return new Entry.Link(text.replaceAll(">.*", ""), text.replaceAll(".*>", ""));
        }
        String bytes = text.replaceAll(".*=|\\+x", "");
        return new Entry.File(
                text.replaceAll("=.*", ""),
                text.endsWith("+x") ? 0755 : 0644,
                Digest.ofContent(DigestAlgorithm.SHA256, bytes.getBytes(UTF_8)));
    }
}
