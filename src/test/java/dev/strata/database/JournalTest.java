package dev.strata.database;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Whatever a crash leaves behind the last whole record, a start reads all that was acknowledged. */
@ExtendWith(OutputCaptureExtension.class)
class JournalTest {

    private static final String WARNING = "that are no whole change";

    @TempDir
    Path directory;

    static Stream<Arguments> tails() {
        return Stream.of(
                Arguments.of("zeros", new byte[4096], false),
                Arguments.of("a few zeros", new byte[3], false),
                Arguments.of("ones", ones(4096), true),
                Arguments.of("a few ones", ones(3), true),
                Arguments.of("a length alone", ByteBuffer.allocate(4).putInt(7).array(), true),
                Arguments.of("a length of 2 GiB", ByteBuffer.allocate(64).putInt(Integer.MAX_VALUE).array(), true),
                Arguments.of("an empty record and another", ByteBuffer.allocate(64).putInt(8, 1).array(), true),
                Arguments.of("random bytes", random(1), true),
                Arguments.of("other random bytes", random(2), true),
                Arguments.of("random bytes behind zeros", behindZeros(random(3)), true));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tails")
    void readingEndsBehindTheLastWholeRecord(String name, byte[] tail, boolean told, CapturedOutput output)
            throws Exception {
        Path file = write("first", "second");
        long end = Files.size(file);
        Files.write(file, tail, StandardOpenOption.APPEND);
        assertThat(readAll()).containsExactly("first", "second");
        if (told) {
            assertThat(output.getAll()).contains(WARNING).contains(file.toString()).contains("from byte " + end + " on");
        } else {
            assertThat(output.getAll()).doesNotContain(WARNING);
        }
    }

    @Test
    void aRecordThatIsTornAtAnyLengthIsLeftOut() throws Exception {
        Path file = write("first", "torn");
        byte[] content = Files.readAllBytes(file);
        int whole = 8 + "first".length();
        for (int length = whole; length < content.length; length++) {
            Files.write(file, Arrays.copyOf(content, length));
            assertThat(readAll()).as("%d of %d bytes", length, content.length).containsExactly("first");
            Files.write(file, Arrays.copyOf(Arrays.copyOf(content, length), content.length + 100));
            assertThat(readAll()).as("%d bytes and zeros", length).containsExactly("first");
        }
    }

    @Test
    void aBrokenRecordInAnEarlierFileIsToldAndTheLaterFilesAreRead(CapturedOutput output) throws Exception {
        Path broken = write("first", "second", "third");
        byte[] content = Files.readAllBytes(broken);
        content[8 + "first".length() + 8] ^= 1;
        Files.write(broken, content);
        write("fourth");
        assertThat(readAll()).containsExactly("first", "fourth");
        assertThat(output.getAll()).contains(WARNING).contains(broken.toString()).contains("from byte 13 on");
    }

    @Test
    void onlyItsOwnFilesCount() throws Exception {
        Path file = write("first");
        for (String stray : List.of("journal-8.bak", "journal-", "journal--1", "journal-1x", "journal-99999999999999999999")) {
            Files.copy(file, directory.resolve(stray));
        }
        assertThat(Journal.lastNumber(directory)).isZero();
        assertThat(readAll()).containsExactly("first");
        try (Journal journal = Journal.begin(directory, 1)) {
            journal.deleteEarlier();
        }
        assertThat(file).doesNotExist();
        assertThat(directory.resolve("journal-8.bak")).exists();
    }

    /** Writes the next file. */
    private Path write(String... changes) throws Exception {
        long number = Journal.lastNumber(directory) + 1;
        try (Journal journal = Journal.begin(directory, number)) {
            for (String change : changes) {
                journal.append(change.getBytes(UTF_8));
            }
        }
        return directory.resolve("journal-" + number);
    }

    /** What a start reads. */
    private List<String> readAll() throws Exception {
        List<String> changes = new ArrayList<>();
        long next = Journal.lastNumber(directory) + 1;
        try (Journal journal = Journal.begin(directory, next)) {
            int count = journal.readEarlier(change -> changes.add(new String(change, UTF_8)));
            assertThat(changes).hasSize(count);
        }
        Files.delete(directory.resolve("journal-" + next));
        return changes;
    }

    private static byte[] ones(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 0xFF);
        return bytes;
    }

    private static byte[] random(int seed) {
        byte[] bytes = new byte[4096];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] behindZeros(byte[] bytes) {
        return ByteBuffer.allocate(512 + bytes.length).position(512).put(bytes).array();
    }
}
