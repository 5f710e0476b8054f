package dev.strata.agent.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.strata.dockerfile.lines.HereDocument;
import dev.strata.dockerfile.patterns.IgnorePatterns;
import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.step.ContentList.Entry;
import dev.strata.step.ContentList;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContextFilesTest {

    @TempDir
    private Path root;

    @BeforeEach
    void makeFiles() throws IOException {
        write("a.txt", "a");
        write("b.md", "b");
        write("sub/c.txt", "c");
        write("sub/deep/d.txt", "d");
        write("other/c.txt", "c");
        mode("a.txt", "rw-r--r--");
        Files.createSymbolicLink(root.resolve("sub/link"), Path.of("c.txt"));
    }

    @Test
    void aFileIsNamedAsItStandsAtTheDestination() throws NotCachedException {
        ContentList expected = ContentList.of(List.of(new Entry.File("a.txt", 0644, sha256("a"))));

        assertThat(files("a.txt")).isEqualTo(expected);
        assertThat(files("/a.txt")).isEqualTo(expected);
        assertThat(files("./sub/../a.txt")).isEqualTo(expected);
        assertThat(files("*.txt")).isEqualTo(expected);
        assertThat(files("[a].t?t")).isEqualTo(expected);
    }

    @Test
    void aDirectoryIsWhatIsInIt() throws IOException, NotCachedException {
        for (String directory : List.of("sub", "sub/deep")) {
            mode(directory, "rwxr-x---");
        }
        mode("sub/c.txt", "rwxr-xr-x");
        mode("sub/deep/d.txt", "rw-------");

        assertThat(files("sub/")).isEqualTo(ContentList.of(List.of(
                new Entry.Directory(".", 0750),
                new Entry.File("c.txt", 0755, sha256("c")),
                new Entry.Directory("deep", 0750),
                new Entry.File("deep/d.txt", 0600, sha256("d")),
                new Entry.Link("link", "c.txt"))));
    }

    @Test
    void parentsKeepTheirNames() throws IOException, NotCachedException {
        mode("sub", "rwxr-x---");
        mode("sub/c.txt", "rw-r--r--");

        assertThat(context("").files(List.of("sub/c.txt"), List.of(), true)).isEqualTo(ContentList.of(List.of(
                new Entry.Directory(".", 0755),
                new Entry.Directory("sub", 0750),
                new Entry.File("sub/c.txt", 0644, sha256("c")))));
        assertThat(context("").files(List.of("sub/c.txt"), List.of(), true)).isNotEqualTo(files("sub/c.txt"));
        assertThat(context("").files(List.of("sub/c.txt"), List.of(), true))
                .isNotEqualTo(context("").files(List.of("other/c.txt"), List.of(), true));
    }

    @Test
    void timesDoNotMatterAndPermissionsDo() throws IOException, NotCachedException {
        ContentList before = files(".");

        Files.setLastModifiedTime(root.resolve("a.txt"), FileTime.fromMillis(0));
        ContentList otherTime = files(".");
        mode("a.txt", "rwxr-xr-x");

        assertThat(otherTime).isEqualTo(before);
        assertThat(files(".")).isNotEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // patterns, parted by space | a file | whether a change of it matters to COPY .
                "*.md            | b.md           | false",
                "*.md            | a.txt          | true",
                "sub             | sub/deep/d.txt | false",
                "* !sub/deep     | sub/deep/d.txt | true",
                "* !sub/deep     | sub/c.txt      | false",
                "**/*.txt        | sub/deep/d.txt | false"
            })
    void whatIsIgnoredDoesNotMatter(String patterns, String file, boolean matters) throws IOException, NotCachedException {
        ContentList before = context(patterns).files(List.of("."), List.of(), false);

        write(file, "changed");

        assertThat(context(patterns).files(List.of("."), List.of(), false).equals(before)).isEqualTo(!matters);
    }

    @Test
    void documentsAreFiles() throws NotCachedException {
        HereDocument document = new HereDocument("name", false, false, "text\n");

        assertThat(context("").files(List.of(), List.of(document), false))
                .isEqualTo(ContentList.of(List.of(new Entry.File("name", 0644, sha256("text\n")))));
    }

    @Test
    void aSourceThatIsALinkIsWhatItPointsAt() throws IOException, NotCachedException {
        Files.createSymbolicLink(root.resolve("to"), Path.of("a.txt"));
        ContentList before = files("to");

        write("a.txt", "changed");

        assertThat(files("to")).isNotEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({"missing", "../outside", "out", "b.md", "missing/*", "[", "a.txt/*"})
    void whatIsNotCertainIsNotCached(String source) throws IOException {
        Files.createSymbolicLink(root.resolve("out"), Path.of(".."));

        assertThatExceptionOfType(NotCachedException.class)
                .isThrownBy(() -> context("*.md").files(List.of(source), List.of(), false));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // as Go's filepath.Match has it
                "*               | a.txt,b.md,a{b},a[b],.hidden",
                "*.txt           | a.txt",
                "a*              | a.txt,a{b},a[b]",
                "?.m?            | b.md",
                "[a-b].*         | a.txt,b.md",
                "[^a].*          | b.md",
                "a\\[b]*        | a[b]",
                "a[[]b]          | a[b]",
                "a{b}*           | a{b}",
                "*.none          | ",
                "sub/*           | sub/c.txt,sub/deep/.,sub/deep/d.txt,sub/link",
                "*/c.txt         | other/c.txt,sub/c.txt",
                "s*/d*/*         | sub/deep/d.txt",
                "sub/*p          | sub/deep/.,sub/deep/d.txt"
            })
    void aPatternMatchesWhatItMatchesInGo(String pattern, String expected) throws IOException, NotCachedException {
        write("a{b}", "braces");
        write("a[b]", "brackets");
        write(".hidden", "hidden");
        Files.createSymbolicLink(root.resolve("to"), Path.of("sub"));
        List<String> matched = context("to").files(List.of(pattern), List.of(), true).entries().stream()
                .filter(entry -> !(entry instanceof Entry.Directory) || entry.path().endsWith("/.")) // what they are in
                .map(Entry::path)
                .filter(path -> path.indexOf('/') < 0 || pattern.indexOf('/') >= 0)
                .toList();
        List<String> sources = expected == null ? List.of() : List.of(expected.split(","));

        assertThat(matched).containsExactlyInAnyOrderElementsOf(sources);
    }

    /** Of files with one name the later one lies on top: in the order of their directories' names, part by part. */
    @Test
    void whatIsMatchedLaterLiesOnTop() throws IOException, NotCachedException {
        write("p/x", "first");
        write("p-q/x", "second");

        assertThat(context("").files(List.of("p*/x"), List.of(), false))
                .isEqualTo(ContentList.of(List.of(new Entry.File("x", permissions("p-q/x"), sha256("second")))));
    }

    @Test
    void theModeOfTheRootIsNoPartOfIt() throws IOException, NotCachedException {
        mode("", "rwxr-xr-x");
        ContentList before = files(".");
        mode("", "rwx------");

        assertThat(files(".")).isEqualTo(before);
        assertThat(files("/")).isEqualTo(before);
        assertThat(before.entries()).contains(new Entry.Directory(".", 0755));
    }

    /** {@code COPY . /x} makes {@code /x/a.txt} of what {@code COPY a.txt /x} makes {@code /x} of. */
    @Test
    void aDirectoryWithNothingButAFileIsNotThatFile() throws NotCachedException {
        ContextFiles context = context("* !a.txt");
        ContentList file = context.files(List.of("a.txt"), List.of(), false);

        for (String all : List.of(".", "/")) {
            assertThat(context.files(List.of(all), List.of(), false)).isNotEqualTo(file);
        }
        assertThat(context.files(List.of("a.txt"), List.of(), true)).as("--parents").isNotEqualTo(file);
        assertThat(context.files(List.of("*"), List.of(), false)).isEqualTo(file);
    }

    /** Docker's documentation of COPY, section "--parents": the files that match, below the directories that they are in. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "**/*.txt     | . a.txt src src/b.txt src/deep src/deep/c.txt",
                "src/**/*.txt | . src src/b.txt src/deep src/deep/c.txt",
                "./src/**     | . src src/b.txt src/deep src/deep/c.txt src/deep/x.md src/empty",
                "**/deep      | . src src/deep src/deep/c.txt src/deep/x.md",
                "**/none      | ."
            })
    void patternsOfParentsSpanDirectories(String pattern, String paths) throws IOException, NotCachedException {
        for (String name : List.of("a.txt", "src/b.txt", "src/deep/c.txt", "src/deep/x.md", "left/out.txt")) {
            write(name, name);
        }
        Files.createDirectory(root.resolve("src/empty"));

        assertThat(context("left other sub").files(List.of(pattern), List.of(), true).entries())
                .extracting(Entry::path)
                .containsExactlyInAnyOrder(paths.split(" "));
    }

    @Test
    void theContextsOwnPathMayLookLikeAPattern() throws IOException, NotCachedException {
        Path odd = Files.createDirectories(root.resolve("[x]{y}*"));
        Files.writeString(odd.resolve("f.txt"), "f");
        ContextFiles context = new ContextFiles(odd, IgnorePatterns.NONE);

        assertThat(context.files(List.of("*.txt"), List.of(), false).entries()).extracting(Entry::path).containsExactly("f.txt");
    }

    /** In the locale C Java takes all three names for one. */
    @Test
    void namesAreWhatTheyAreInEveryLocale() throws IOException, InterruptedException, NotCachedException {
        for (String name : List.of("一", "二", "三", "sub/é")) {
            write(name, name);
        }
        Files.createSymbolicLink(root.resolve("zu"), Path.of("二"));
        List<String> sources = List.of(".", "一*", "sub/é");
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", System.getProperty("java.class.path"), PrintedContext.class.getName(), root.toString());
        builder.environment().put("LC_ALL", "C");
        Process process = builder.redirectErrorStream(true).start();
        PrintedContext.ask(process, sources);
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(process.waitFor()).as(printed).isZero();
        assertThat(printed.strip()).isEqualTo(context("").files(sources, List.of(), false).digest().toString());
        assertThat(files(".").entries()).extracting(Entry::path).contains("一", "二", "三", "sub/é");
    }

    private int permissions(String name) throws IOException {
        return (Integer) Files.getAttribute(root.resolve(name), "unix:mode") & 07777;
    }

    private ContentList files(String source) throws NotCachedException {
        return context("").files(List.of(source), List.of(), false);
    }

    private ContextFiles context(String patterns) {
        return new ContextFiles(root, IgnorePatterns.parse(patterns.replace(' ', '\n')));
    }

    private void write(String name, String content) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private void mode(String name, String permissions) throws IOException {
        Files.setPosixFilePermissions(root.resolve(name), PosixFilePermissions.fromString(permissions));
    }

    private static Digest sha256(String content) {
        return Digest.ofContent(DigestAlgorithm.SHA256, content.getBytes(StandardCharsets.UTF_8));
    }
}
