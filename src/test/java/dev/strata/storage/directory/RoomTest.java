package dev.strata.storage.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.nio.file.FileStore;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Of bodies under way, only those begin for which there is room. */
class RoomTest {

    private static final long GIB = 1L << 30;
    private static final long MIB = 1L << 20;
    private static final long RESERVE = GIB;

    private final SmallDisk disk = new SmallDisk(16 * GIB);
    private final Room room = new Room(disk, RESERVE);

    @Test
    void manyLargeBodiesDoNotAllBeginWhereThereIsRoomForOne() throws Exception {
        List<Future<Boolean>> bodies = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            for (int i = 0; i < 64; i++) {
                bodies.add(threads.submit(() -> begins(10 * GIB)));
            }
        }
        int begun = 0;
        for (Future<Boolean> body : bodies) {
            begun += body.get() ? 1 : 0;
        }
        assertThat(begun).isEqualTo(1);
    }

    private boolean begins(long bytes) {
        try {
            room.reserve(bytes);
            return true;
        } catch (RegistryException e) {
            assertThat(e.problem()).isEqualTo(Problem.STORAGE_FULL);
            return false;
        }
    }

    @Test
    void whatIsWrittenIsNotCountedTwice() {
        try (Room.Reservation body = room.reserve(10 * GIB)) {
            for (int i = 0; i < 10; i++) {
                for (int part = 0; part < 1024; part++) {
                    body.require((int) MIB);
                    disk.usable -= MIB;
                    body.written((int) MIB);
                }
                room.require(5 * GIB);
                assertFull(() -> room.require(5 * GIB + 1));
            }
        }
        room.require(5 * GIB);
    }

    @Test
    void whatABodyDidNotNeedIsFreeAgain() {
        room.reserve(15 * GIB).close();
        room.reserve(15 * GIB).close();
        Room.Reservation chunked = room.reserve(0);
        chunked.require(100);
        chunked.close();
        room.require(15 * GIB);
        assertFull(() -> room.require(15 * GIB + 1));
    }

    @Test
    void aBodyThatDoesNotSayItsLengthTakesNothingThatOthersReserved() {
        Room.Reservation announced = room.reserve(14 * GIB);
        try (Room.Reservation chunked = room.reserve(0)) {
            for (int part = 0; part < 1024; part++) {
                chunked.require((int) MIB);
                disk.usable -= MIB;
                chunked.written((int) MIB);
            }
            assertFull(() -> chunked.require(1));
        }
        announced.require((int) MIB);
        announced.close();
    }

    @Test
    void aBodyEndsWhereOthersOnTheDiskTookItsRoom() {
        try (Room.Reservation body = room.reserve(10 * GIB)) {
            disk.usable = RESERVE;
            assertFull(() -> body.require((int) MIB));
        }
    }

    @Test
    void noAmountIsTooLargeToBeRefused() {
        assertFull(() -> room.require(Long.MAX_VALUE));
        assertFull(() -> room.reserve(Long.MAX_VALUE));
        room.require(15 * GIB);
    }

    private static void assertFull(Runnable action) {
        assertThatThrownBy(action::run)
                .isInstanceOfSatisfying(RegistryException.class, e ->
                        assertThat(e.problem()).isEqualTo(Problem.STORAGE_FULL));
    }

    private static final class SmallDisk extends FileStore {

        private volatile long usable;

        SmallDisk(long usable) {
            this.usable = usable;
        }

        @Override
        public long getUsableSpace() {
            return usable;
        }

        @Override
        public long getTotalSpace() {
            return usable;
        }

        @Override
        public long getUnallocatedSpace() {
            return usable;
        }

        @Override
        public String name() {
            return "small";
        }

        @Override
        public String type() {
            return "test";
        }

        @Override
        public boolean isReadOnly() {
            return false;
        }

        @Override
        public boolean supportsFileAttributeView(Class<? extends FileAttributeView> type) {
            return false;
        }

        @Override
        public boolean supportsFileAttributeView(String name) {
            return false;
        }

        @Override
        public <V extends FileStoreAttributeView> V getFileStoreAttributeView(Class<V> type) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Object getAttribute(String attribute) {
            throw new UnsupportedOperationException();
        }
    }
}
