package dev.strata.database.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.database.journal.JournalDamage;
import dev.strata.database.journal.JournalRecord;
import dev.strata.database.journal.Noted;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.testing.FailingDisk;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.FileSystemUtils;

/**
 * Each call to the disk fails in turn, in the journal and in the database. Whatever was acknowledged is there after a
 * power cut and after the end of the process; once nothing is certain any more, nothing is acknowledged.
 */
class EmbeddedDurabilityFaultsTest {

    private static final int WRITES = 8;
    private static final int SHARED = 100;
    private static final int COUNTED = 101;

    @TempDir
    Path directory;

    /** A database, and what was acknowledged of what was written to it. */
    private static final class Store {

        private final FailingDisk disk;
        private final JdbcTemplate jdbc;
        private final EmbeddedDurability durability;
        private final DurableTransactionManager manager;
        private final TransactionTemplate transactions;
        private final List<Integer> acknowledged = new ArrayList<>();

        Store(Path at, FailingDisk disk) throws Exception {
            this.disk = disk;
            FailingFiles.use(disk);
            JdbcDataSource source = new JdbcDataSource();
            source.setURL("jdbc:h2:failing:" + at.resolve("strata")
                    + ";FILE_LOCK=NO;DB_CLOSE_DELAY=-1;DB_CLOSE_ON_EXIT=FALSE;WRITE_DELAY=2000000000");
            this.jdbc = new JdbcTemplate(source);
            this.durability = new EmbeddedDurability(source, at, disk, new Random(1)::nextLong);
            this.manager =
                    new DurableTransactionManager(new JdbcTransactionManager(source), durability, new WriteWatch());
            this.transactions = new TransactionTemplate(manager);
            jdbc.execute("create table if not exists number (n int primary key, v int)");
        }

        /** One that is ready for writes. */
        static Store start(Path at, FailingDisk disk) throws Exception {
            Store store = new Store(at, disk);
            store.replay();
            return store;
        }

        void write(int i) {
            transactions.executeWithoutResult(status -> {
                set(i, i);
                manager.append('n', change(i, i));
                set(SHARED, i);
                manager.append('n', change(SHARED, i));
            });
            acknowledged.add(i);
        }

        /** A change that is another one each time it is made. */
        void count() {
            transactions.executeWithoutResult(status -> {
                increase(COUNTED);
                manager.append('n', change(COUNTED, 0));
            });
        }

        private void increase(int n) {
            jdbc.update("merge into number using (select 1) on n = ? when matched then update set v = v + 1"
                    + " when not matched then insert (n, v) values (?, 1)", n, n);
        }

        private void set(int n, int v) {
            jdbc.update("merge into number (n, v) values (?, ?)", n, v);
        }

        private static byte[] change(int n, int v) {
            return ByteBuffer.allocate(8).putInt(n).putInt(v).array();
        }

        int replay() {
            return durability.replay(noted -> transactions.executeWithoutResult(status -> {
                ByteBuffer change = ByteBuffer.wrap(noted.change());
                int n = change.getInt();
                if (n == COUNTED) {
                    increase(n);
                } else {
                    set(n, change.getInt());
                }
            }));
        }

        List<Integer> numbers() {
            return jdbc.queryForList("select n from number where n < 100 order by n", Integer.class);
        }

        int shared() {
            return value(SHARED);
        }

        int counted() {
            return value(COUNTED);
        }

        private int value(int n) {
            return jdbc.queryForList("select v from number where n = ?", Integer.class, n).stream()
                    .findFirst()
                    .orElse(-1);
        }

        /** Ends without another write, as the process would. */
        void kill() {
            disk.recover();
            try {
                jdbc.execute("shutdown immediately");
            } catch (CannotGetJdbcConnectionException e) {
                assertThat(disk.failure()).as("why it had closed itself").isPresent();
            }
        }
    }

    /** What happens while a call fails; what is refused is not acknowledged. */
    private static void work(Store store) {
        for (int i = 0; i < WRITES; i++) {
            boolean failedBefore = store.disk.failure().isPresent();
            int number = i;
            if (failedBefore) {
                assertThatThrownBy(() -> store.write(number))
                        .isInstanceOfSatisfying(RegistryException.class, e ->
                                assertThat(e.problem()).isEqualTo(Problem.STORAGE_FAILED));
            } else {
                attempt(() -> store.write(number));
            }
            if (i % 3 == 1) {
                attempt(store.durability::checkpointIfNeeded);
            }
        }
    }

    private static void attempt(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            assertThat(e).isInstanceOfAny(RegistryException.class, UncheckedIOException.class);
        }
    }

    private static int callsOfTheWork() throws Exception {
        Path at = Files.createTempDirectory("strata-faults");
        Store store = Store.start(at, new FailingDisk());
        int before = store.disk.calls().size();
        work(store);
        int calls = store.disk.calls().size() - before;
        store.kill();
        return calls;
    }

    @ParameterizedTest(name = "{0} calls fail, beginning with each")
    @ValueSource(ints = {1, 2, Integer.MAX_VALUE})
    void whatWasAcknowledgedIsThere(int failures) throws Exception {
        int calls = callsOfTheWork();
        assertThat(calls).isGreaterThan(2 * WRITES);
        for (int call = 0; call < calls; call++) {
            Path at = Files.createDirectories(directory.resolve(String.valueOf(call)));
            FailingDisk disk = new FailingDisk();
            Store store = Store.start(at, disk);
            int first = disk.calls().size() + call;
            disk.failFrom(first, failures);
            work(store);
            store.kill();
            String what = "failing from call " + call + ", " + disk.calls().get(first);

            Path cut = Files.createDirectories(directory.resolve(call + "-power-cut"));
            disk.cutPower(at, cut);
            requireAcknowledged(store, cut, what + ", then a power cut");
            Path ended = directory.resolve(call + "-ended");
            FileSystemUtils.copyRecursively(at, ended);
            requireAcknowledged(store, ended, what + ", then the end of the process");
        }
    }

    /** The database knows which files of the journal it has, wherever a checkpoint ends. */
    @Test
    void whatACheckpointHasIsNotMadeAgain() throws Exception {
        boolean isOver = false;
        for (int call = 0; !isOver; call++) {
            Path at = Files.createDirectories(directory.resolve(String.valueOf(call)));
            FailingDisk disk = new FailingDisk();
            Store store = Store.start(at, disk);
            store.count();
            store.durability.checkpoint();
            store.count();
            store.count();
            int first = disk.calls().size() + call;
            disk.failFrom(first, Integer.MAX_VALUE);
            attempt(store.durability::checkpoint);
            isOver = disk.calls().size() <= first;
            store.kill();

            Path cut = Files.createDirectories(directory.resolve(call + "-power-cut"));
            disk.cutPower(at, cut);
            Path ended = directory.resolve(call + "-ended");
            FileSystemUtils.copyRecursively(at, ended);
            for (Path left : List.of(cut, ended)) {
                Store after = new Store(left, new FailingDisk());
                after.replay();
                assertThat(after.counted()).as("a checkpoint that ended at its call %d", call).isEqualTo(3);
                after.kill();
            }
        }
    }

    private static void requireAcknowledged(Store before, Path at, String what) throws Exception {
        Store after = new Store(at, new FailingDisk());
        after.replay();
        assertThat(after.numbers()).as(what).containsAll(before.acknowledged);
        int last = before.acknowledged.isEmpty() ? -1 : before.acknowledged.getLast();
        assertThat(after.shared()).as("%s: the row that all change", what).isBetween(last, WRITES - 1);
        after.write(WRITES);
        assertThat(after.acknowledged).as(what).containsExactly(WRITES);
        after.kill();
    }

    /** The first of these failures is the kernel's last word on what it dropped. */
    @ParameterizedTest
    @ValueSource(strings = {"journal-", "strata.mv.db"})
    void nothingIsAcknowledgedAfterAForceThatFailed(String file) throws Exception {
        FailingDisk disk = new FailingDisk();
        Store store = Store.start(directory, disk);
        store.write(0);
        disk.failEvery(FailingDisk.Call.FORCE, file);
        attempt(() -> store.write(1));
        attempt(store.durability::checkpointIfNeeded);
        disk.recover();
        assertThat(disk.failure()).isPresent();
        assertThatThrownBy(() -> store.write(2)).isInstanceOf(RegistryException.class);
        store.kill();
    }

    @Test
    void aDatabaseThatClosedItselfIsAFailure() throws Exception {
        Store store = Store.start(directory, new FailingDisk());
        store.write(0);
        store.jdbc.execute("shutdown immediately");
        assertThatThrownBy(store.durability::checkpointIfNeeded).isInstanceOf(RegistryException.class);
        assertThat(store.disk.failure()).hasValueSatisfying(what -> assertThat(what).contains("closed itself"));
    }

    @Test
    void aChangeThatCannotBeMadeAgainIsSetAside() throws Exception {
        Store before = Store.start(directory, new FailingDisk());
        IntStream.range(0, 4).forEach(before::write);
        before.kill();
        Store store = new Store(directory, new FailingDisk());
        int count = store.durability.replay(noted -> {
            int n = ByteBuffer.wrap(noted.change()).getInt();
            if (n == 1) {
                throw new IllegalStateException("This one cannot be made again");
            }
            store.transactions.executeWithoutResult(status -> store.set(n, n));
        });
        assertThat(count).isEqualTo(4);
        assertThat(store.numbers()).containsExactly(0, 2, 3);
        assertThat(store.durability.setAside()).isEqualTo(1);
        try (var kept = Files.newDirectoryStream(directory, "set-aside-*")) {
            assertThat(JournalRecord.read(Files.readAllBytes(kept.iterator().next())))
                    .singleElement()
                    .satisfies(noted -> assertThat(noted.change()).isEqualTo(Store.change(1, 1)))
                    .extracting(Noted::feature)
                    .isEqualTo('n');
        }
        store.kill();
    }

    /** Where the disk has no room for it, another start can make it. */
    @Test
    void aChangeThatFailsForWantOfRoomEndsTheStart() throws Exception {
        Store before = Store.start(directory, new FailingDisk());
        before.write(0);
        before.kill();
        Store store = new Store(directory, new FailingDisk());
        RegistryException full = new RegistryException(Problem.STORAGE_FULL, "full", Map.of());
        assertThatThrownBy(() -> store.durability.replay(noted -> {
                    throw full;
                }))
                .isSameAs(full);
        store.kill();
        Store again = new Store(directory, new FailingDisk());
        again.replay();
        assertThat(again.numbers()).containsExactly(0);
        again.kill();
    }

    @Test
    void damageInTheMiddleIsToldAndKept() throws Exception {
        Store before = Store.start(directory, new FailingDisk());
        IntStream.range(0, 5).forEach(before::write);
        before.kill();
        Path file = JournalDamage.toSecondRecord(directory);
        byte[] content = Files.readAllBytes(file);
        Store store = new Store(directory, new FailingDisk());
        assertThat(store.replay()).isEqualTo(4);
        assertThat(store.durability.damagedFiles()).isEqualTo(1);
        assertThat(directory.resolve("damaged-" + file.getFileName())).hasBinaryContent(content);
        store.kill();
    }
}
