package dev.strata.cache.layerfiles;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.cache.layerfiles.TarHeader.UnclearException;
import dev.strata.testing.Content;
import dev.strata.testing.TestTar;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read of the tars of layers. */
class TarEntriesTest {

    private static List<LayerFile> read(byte[] tar, int atOnce) throws UnclearException {
        List<LayerFile> found = new ArrayList<>();
        TarEntries entries = new TarEntries(found::add);
        for (int from = 0; from < tar.length; from += atOnce) {
            byte[] part = Arrays.copyOfRange(tar, from, Math.min(tar.length, from + atOnce));
            entries.accept(part, part.length);
        }
        entries.end();
        return found;
    }

    private static List<LayerFile> read(TestTar tar) throws UnclearException {
        return read(tar.bytes(), 4096);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 511, 512, 513, 100_000})
    void eachEntryIsThereHoweverTheBytesCome(int atOnce) throws UnclearException {
        byte[] tar = new TestTar()
                .mode(0755)
                .directory("usr")
                .mode(0640)
                .owner(1000)
                .file("./usr/a file", "hello")
                .link("/usr/link", "../etc")
                .hardLink("usr/same", "./usr/a file")
                .file("usr/empty", "")
                .bytes();

        List<LayerFile> found = read(tar, atOnce);

        assertThat(found).extracting(LayerFile::path).containsExactly("usr", "usr/a file", "usr/link", "usr/same", "usr/empty");
        assertThat(found).extracting(LayerFile::target).containsExactly("", "", "../etc", "usr/a file", "");
        LayerFile file = found.get(1);
        assertThat(file.sha256()).contains(Content.sha256("hello".getBytes(UTF_8)));
        assertThat(file.size()).isEqualTo(5);
        assertThat(file.mode()).isEqualTo(0640);
        assertThat(file.uid()).isEqualTo(1000);
        assertThat(found.getFirst().mode()).isEqualTo(0755);
        assertThat(found.getLast().sha256()).contains(Content.sha256(new byte[0]));
    }

    @Test
    void longNamesAndAttributesStandInHeadersOfTheirOwn() throws UnclearException {
        String name = "directory/".repeat(30) + "file";
        List<LayerFile> found = read(new TestTar()
                .pax("path=" + name, "uid=70000000", "mtime=1.5", "SCHILY.xattr.user.a=1")
                .file("short", "x")
                .file("after", "y")
                .entry('L', "././@LongLink", "", (name + "\0").getBytes(UTF_8))
                .file("short", "z"));

        assertThat(found).extracting(LayerFile::path).containsExactly(name, "after", name);
        assertThat(found.getFirst().uid()).isEqualTo(70_000_000);
        assertThat(found.getFirst().attributes()).isPresent();
        assertThat(found.get(1).attributes()).isEmpty();
    }

    static Map<String, TestTar> odd() {
        TestTar broken = new TestTar();
        byte[] header = new TestTar().file("a", "").open();
        header[0] = 'b';
        return Map.ofEntries(
                Map.entry("a path that leads upwards", new TestTar().file("a/../../etc/passwd", "x")),
                Map.entry("a wrong checksum", broken.raw(header)),
                Map.entry("no tar at all", new TestTar().raw(Content.random(1, 2048))),
                Map.entry("a sparse file", new TestTar().entry('S', "a", "", new byte[0])),
                Map.entry("a global header", new TestTar().entry('g', "a", "", "12 comment=\n".getBytes(UTF_8))),
                Map.entry("an unknown record", new TestTar().pax("GNU.sparse.size=1").file("a", "")),
                Map.entry("a record that is there twice", new TestTar().pax("path=a", "path=b").file("a", "")),
                Map.entry("a directory with content", new TestTar().entry('5', "a", "", new byte[] {1})),
                Map.entry("a file with a slash at its end", new TestTar().file("a/", "x")),
                Map.entry("less than a header", new TestTar().file("a", "").raw(new byte[] {1})),
                Map.entry("a path that no kernel takes", new TestTar().pax("path=" + "a".repeat(5_000)).file("a", "")),
                Map.entry("something behind an empty block", new TestTar().raw(new byte[512]).file("a", "")),
                Map.entry("a header for nothing", new TestTar().pax("path=a")),
                Map.entry("a header that goes on for too long", new TestTar().pax("comment=" + "a".repeat(70_000))));
    }

    static List<String> oddities() {
        return odd().keySet().stream().sorted().toList();
    }

    @ParameterizedTest
    @MethodSource("oddities")
    void whatCouldBeReadInTwoWaysIsNotRead(String oddity) {
        byte[] tar = Optional.of(odd().get(oddity)).orElseThrow().open();
        assertThatThrownBy(() -> read(tar, 1_000)).isInstanceOf(UnclearException.class);
    }

    @Test
    void aTarThatBreaksOffIsNotRead() throws UnclearException {
        byte[] tar = new TestTar().file("a", "x".repeat(600)).file("b", "").open();
        assertThat(read(tar, 512)).as("an end may be missing").hasSize(2);
        for (int length : new int[] {100, 512, 700, 1_500}) {
            byte[] part = Arrays.copyOf(tar, length);
            assertThatThrownBy(() -> read(part, 512)).as("%d bytes", length).isInstanceOf(UnclearException.class);
        }
    }
}
