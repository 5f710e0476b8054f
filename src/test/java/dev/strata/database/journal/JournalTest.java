package dev.strata.database.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.database.journal.JournalReader.Found;
import dev.strata.database.journal.JournalReader.Gap;
import dev.strata.testing.FailingDisk;
import dev.strata.testing.Size;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens to a file of the journal, every record in it that is whole is read. */
class JournalTest {

    /** Every how many bytes one is damaged; 1 takes a minute. */
    private static final int STRIDE = Size.of("strata.journal.stride", 7, 1);

    private final SplittableRandom random = new SplittableRandom(14);

    @TempDir
    Path directory;

    /** What a crash leaves behind the last whole record, and whether it is anything that somebody should look at. */
    static Stream<Arguments> tails() {
        return Stream.of(
                Arguments.of("nothing", new byte[0], false),
                Arguments.of("zeros", new byte[4096], false),
                Arguments.of("a few zeros", new byte[3], false),
                Arguments.of("a few ones", ones(3), false),
                Arguments.of("ones", ones(4096), true),
                Arguments.of("a marker alone", ByteBuffer.allocate(4).putInt(JournalFormat.MARKER).array(), false),
                Arguments.of("markers", markers(), true),
                Arguments.of("random bytes", randomBytes(1), true),
                Arguments.of("random bytes behind zeros", behindZeros(randomBytes(3)), true));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tails")
    void whatACrashLeavesBehindTheLastRecordIsNoDamage(String name, byte[] tail, boolean kept) throws Exception {
        JournalFile file = write("first", "second");
        long end = Files.size(file.path());
        Files.write(file.path(), tail, StandardOpenOption.APPEND);
        Reading reading = read(file, 0);
        assertThat(reading.records()).containsExactly("first", "second");
        assertThat(reading.found().lost()).isEmpty();
        assertThat(reading.found().unclear()).isEqualTo(kept ? List.of(new Gap(end, end + tail.length)) : List.of());
    }

    @Test
    void aRecordThatIsTornAtAnyLengthIsLeftOut() throws Exception {
        JournalFile file = write("first", "torn");
        byte[] content = Files.readAllBytes(file.path());
        int whole = content.length - JournalFormat.RECORD_HEADER - "torn".length();
        for (int length = whole + 1; length < content.length; length++) {
            Files.write(file.path(), Arrays.copyOf(content, length));
            Reading reading = read(file, 0);
            assertThat(reading.records()).as("%d of %d bytes", length, content.length).containsExactly("first");
            assertThat(reading.found()).isEqualTo(new Found(1, List.of(), List.of(), length - whole));
        }
    }

    /** A file is longer than its records while the journal is open: zeros are where the next ones will stand. */
    @Test
    void aRecordThatIsTornAtAnyLengthBeforeZerosIsLeftOut() throws Exception {
        JournalFile file = write("first", "torn");
        byte[] content = Files.readAllBytes(file.path());
        int whole = content.length - JournalFormat.RECORD_HEADER - "torn".length();
        for (int length = whole; length < content.length; length++) {
            Files.write(file.path(), Arrays.copyOf(Arrays.copyOf(content, length), 100_000));
            Reading reading = read(file, whole);
            assertThat(reading.records()).as("%d of %d bytes", length, content.length).containsExactly("first");
            assertThat(reading.found().lost()).as("%d of %d bytes", length, content.length).isEmpty();
            assertThat(reading.found().unclear()).as("%d of %d bytes", length, content.length).isEmpty();
            assertThat(reading.found().torn()).as("%d of %d bytes", length, content.length)
                    .isBetween(0L, (long) length - whole);
            assertThat(read(file, content.length).found().lost()).as("when it had been forced").hasSize(1);
        }
    }

    @Test
    void whatACrashLeavesOfAnOpenJournalIsReadToItsLastRecord() throws Exception {
        try (Journal journal = new Journal(new FailingDisk(), directory, random::nextLong)) {
            List<String> written = records(2_000);
            for (String record : written) {
                journal.append(record.getBytes(UTF_8));
            }
            JournalFile file = JournalFile.list(directory).getLast();
            long end = JournalFormat.FILE_HEADER
                    + written.stream().mapToLong(record -> JournalFormat.RECORD_HEADER + record.length()).sum();
            assertThat(Files.size(file.path())).isGreaterThan(end);
            Reading reading = read(file, end);
            assertThat(reading.records()).isEqualTo(written);
            assertThat(reading.found()).isEqualTo(new Found(2_000, List.of(), List.of(), 0));
        }
    }

    /** The next file says how long this one was when all of it was on the disk. */
    @Test
    void anEndThatIsMissingAfterItWasForcedIsDamage() throws Exception {
        JournalFile file = write("first", "second");
        byte[] content = Files.readAllBytes(file.path());
        for (int length = JournalFormat.FILE_HEADER; length < content.length; length++) {
            Files.write(file.path(), Arrays.copyOf(content, length));
            assertThat(read(file, content.length).found().lost()).as("%d bytes", length).isNotEmpty();
        }
        Files.write(file.path(), content);
        assertThat(read(file, content.length).found().lost()).isEmpty();
    }

    @Test
    void oneByteThatIsDamagedCostsOneRecordAtTheMost() throws Exception {
        List<String> written = records(60);
        JournalFile file = write(written.toArray(String[]::new));
        byte[] content = Files.readAllBytes(file.path());
        for (int at = 0; at < content.length; at += STRIDE) {
            byte[] damaged = content.clone();
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file.path(), damaged);
            requireAllBut(written, at, at + 1, read(file, 0));
        }
    }

    @Test
    void aStretchThatIsDamagedCostsTheRecordsInItAtTheMost() throws Exception {
        List<String> written = records(60);
        JournalFile file = write(written.toArray(String[]::new));
        byte[] content = Files.readAllBytes(file.path());
        for (int round = 0; round < 3_000 / STRIDE; round++) {
            byte[] damaged = content.clone();
            int from = random.nextInt(content.length);
            int to = Math.min(content.length, from + 1 + random.nextInt(1_000));
            byte[] bytes = new byte[to - from];
            if (random.nextBoolean()) {
                random.nextBytes(bytes);
            }
            System.arraycopy(bytes, 0, damaged, from, bytes.length);
            Files.write(file.path(), damaged);
            requireAllBut(written, from, to, read(file, 0));
        }
    }

    /** All records are there, in order, but for those that have a byte in the damaged stretch. */
    private static void requireAllBut(List<String> written, int from, int to, Reading reading) {
        List<String> whole = new ArrayList<>();
        boolean lostBeforeAnother = false;
        boolean lost = false;
        int position = JournalFormat.FILE_HEADER;
        for (String record : written) {
            int end = position + JournalFormat.RECORD_HEADER + record.length();
            if (end <= from || position >= to) {
                whole.add(record);
                lostBeforeAnother |= lost;
            } else {
                lost = true;
            }
            position = end;
        }
        // A stretch may hold what stood there before.
        assertThat(reading.records()).as("damaged from %d to %d", from, to).containsSubsequence(whole);
        boolean somethingIsMissing = reading.records().size() < written.size();
        if (somethingIsMissing && lostBeforeAnother) {
            assertThat(reading.found().lost()).as("damaged from %d to %d", from, to).isNotEmpty();
        }
        if (somethingIsMissing && !lostBeforeAnother) {
            Found found = reading.found();
            assertThat(found.unclear().size() + found.lost().size() + found.torn())
                    .as("damaged from %d to %d", from, to)
                    .isPositive();
        }
    }

    /** Whoever pushes content that looks like a record must not get it made again. */
    @Test
    void contentThatLooksLikeARecordIsNotOne() throws Exception {
        JournalFile other = write("somebody's");
        byte[] record = Files.readAllBytes(other.path());
        Journal journal = new Journal(new FailingDisk(), directory, () -> 77);
        journal.append("first".getBytes(UTF_8));
        long start = JournalFormat.FILE_HEADER + JournalFormat.RECORD_HEADER + "first".length();
        ByteBuffer pushed = ByteBuffer.allocate(1_000)
                .put(record)
                .put(JournalFormat.record(77, start, 0, "forged".getBytes(UTF_8)));
        journal.append(pushed.array());
        journal.append("last".getBytes(UTF_8));
        journal.close();
        JournalFile file = JournalFile.list(directory).getLast();
        byte[] content = Files.readAllBytes(file.path());
        content[(int) start] ^= 1;
        Files.write(file.path(), content);
        assertThat(read(file, 0).records()).containsExactly("first", "last");
    }

    @Test
    void aFileOfALaterVersionIsNotTouched() throws Exception {
        JournalFile file = write("first");
        byte[] content = Files.readAllBytes(file.path());
        ByteBuffer header = ByteBuffer.wrap(content);
        header.putInt(8, 2).putInt(20, JournalFormat.fileChecksum(file.id(), 2, -1));
        Files.write(file.path(), content);
        assertThatThrownBy(() -> {
                    try (JournalReader reader = new JournalReader(file, 0)) {
                        reader.earlierEnd();
                    }
                })
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has the format 2");
    }

    @Test
    void rotatingSaysWhereTheEarlierFileEndedAndDeletingTakesThatOneOnly() throws Exception {
        FailingDisk disk = new FailingDisk();
        try (Journal journal = new Journal(disk, directory, new Random(5)::nextLong)) {
            journal.append("first".getBytes(UTF_8));
            journal.rotate();
            journal.append("second".getBytes(UTF_8));
            List<JournalFile> files = JournalFile.list(directory);
            assertThat(files).hasSize(2);
            try (JournalReader reader = new JournalReader(files.getLast(), 0)) {
                assertThat(reader.earlierEnd())
                        .hasValue((long) JournalFormat.FILE_HEADER + JournalFormat.RECORD_HEADER + "first".length());
            }
            assertThat(journal.earlier()).containsExactly(files.getFirst());
            journal.deleteEarlier(Set.of());
            assertThat(JournalFile.list(directory)).containsExactly(files.getLast());
        }
    }

    @Test
    void aDamagedFileIsKeptUnderAnotherName() throws Exception {
        JournalFile damaged = write("first");
        JournalFile whole = write("second");
        try (Journal journal = new Journal(new FailingDisk(), directory, new Random(6)::nextLong)) {
            journal.deleteEarlier(Set.of(damaged.path()));
        }
        assertThat(damaged.path()).doesNotExist();
        assertThat(whole.path()).doesNotExist();
        assertThat(directory.resolve("damaged-" + damaged.path().getFileName())).exists();
    }

    @ParameterizedTest
    @ValueSource(strings = {"journal-8", "journal-8.bak", "journal-", "journal--1", "journal-1x", "journal-8-0123456789abcdeg"})
    void onlyItsOwnFilesCount(String stray) throws Exception {
        JournalFile file = write("first");
        Files.copy(file.path(), directory.resolve(stray));
        assertThat(JournalFile.list(directory)).containsExactly(file);
        try (Journal journal = new Journal(new FailingDisk(), directory, new Random(7)::nextLong)) {
            journal.deleteEarlier(Set.of());
        }
        assertThat(file.path()).doesNotExist();
        assertThat(directory.resolve(stray)).exists();
    }

    /** Writes the next file; each record is forced before the next one. */
    private JournalFile write(String... records) throws Exception {
        try (Journal journal = new Journal(new FailingDisk(), directory, random::nextLong)) {
            for (String record : records) {
                journal.append(record.getBytes(UTF_8));
                journal.force();
            }
        }
        return JournalFile.list(directory).getLast();
    }

    private record Reading(List<String> records, Found found) {}

    private static Reading read(JournalFile file, long forced) throws IOException {
        List<String> records = new ArrayList<>();
        try (JournalReader reader = new JournalReader(file, forced)) {
            Found found = reader.read((content, start) -> records.add(new String(content, UTF_8)));
            assertThat(records).hasSize(found.count());
            return new Reading(records, found);
        }
    }

    private List<String> records(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> i + ":" + "x".repeat(random.nextInt(200)))
                .toList();
    }

    private static byte[] ones(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 0xFF);
        return bytes;
    }

    private static byte[] markers() {
        ByteBuffer bytes = ByteBuffer.allocate(4096);
        while (bytes.hasRemaining()) {
            bytes.putInt(JournalFormat.MARKER);
        }
        return bytes.array();
    }

    private static byte[] randomBytes(int seed) {
        byte[] bytes = new byte[4096];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] behindZeros(byte[] bytes) {
        return ByteBuffer.allocate(512 + bytes.length).position(512).put(bytes).array();
    }
}
