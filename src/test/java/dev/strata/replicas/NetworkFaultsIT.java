package dev.strata.replicas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.model.Answer;
import dev.strata.model.RegistryCalls;
import dev.strata.testing.FaultyLink;
import dev.strata.testing.Size;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The network between one replica and the database, or the store, fails under load. Nothing that was acknowledged is lost, no
 * pull gets half a blob for a whole one, and the other replica goes on.
 */
class NetworkFaultsIT {

    private static final int ROUNDS = Size.of("strata.replicas.faults", 1, 10);
    /** At full size, longer than any connection waits for an answer. */
    private static final Duration SILENCE = Duration.ofSeconds(Size.of("strata.replicas.silence", 0, 25));

    private static final int REPLICAS = 2;
    private static final int CLIENTS = 3;
    /** How many pushes, pulls and deletions there are at the least while the network is bad. */
    private static final int STEPS = Size.of("strata.replicas.steps", 8, 60);

    private static final Duration LATE = Duration.ofMillis(5);
    /** What a connection carries at most before it is reset: an answer of the database, and a part of a blob. */
    private static final int FEW_BYTES = 3_000;
    private static final int MORE_BYTES = 60_000;

    /** Far more than the settings below come to, even on a slow machine. */
    private static final Duration DEADLINE = Duration.ofMinutes(1);

    private static final List<String> SETTINGS = List.of(
            "spring.datasource.hikari.connection-timeout=2000",
            "strata.database.statement-timeout=2s",
            "strata.database.idle-transaction-timeout=4s",
            "strata.storage.s3.deadline=2s");

    private static Replicas replicas;
    private static List<Pusher> pushers;

    @BeforeAll
    static void start() throws Exception {
        replicas = Replicas.startApart(REPLICAS, SETTINGS.toArray(String[]::new));
        pushers = IntStream.range(0, CLIENTS).mapToObj(number -> new Pusher(number, replicas)).toList();
    }

    @AfterAll
    static void end() throws Exception {
        replicas.close();
    }

    @Test
    void theDatabaseIsCutOffFromOne() throws Exception {
        isAway(Replicas::toDatabase, FaultyLink::cut, 503);
    }

    /** Its transactions are open in the database, which is not told. */
    @Test
    void theDatabaseHearsNothingOfOne() throws Exception {
        isAway(Replicas::toDatabase, FaultyLink::silence, 503);
    }

    @Test
    void theDatabasesAnswersBreakOff() throws Exception {
        isBad(Replicas::toDatabase, link -> link.shorten(FEW_BYTES));
    }

    @Test
    void theDatabaseIsFarAway() throws Exception {
        isBad(Replicas::toDatabase, link -> link.slow(LATE));
    }

    @Test
    void theStoreIsCutOffFromOne() throws Exception {
        isAway(Replicas::toStore, FaultyLink::cut, 200);
    }

    @Test
    void theStoreHearsNothingOfOne() throws Exception {
        isAway(Replicas::toStore, FaultyLink::silence, 200);
    }

    @Test
    void theStoresAnswersBreakOff() throws Exception {
        isBad(Replicas::toStore, link -> link.shorten(MORE_BYTES));
    }

    @Test
    void theStoreIsFarAway() throws Exception {
        isBad(Replicas::toStore, link -> link.slow(LATE));
    }

    private interface Side {
        FaultyLink of(Replicas replicas, int number);
    }

    private static ConditionFactory within(String what) {
        return await(what).atMost(DEADLINE);
    }

    /**
     * One replica cannot serve, says so, and goes on by itself.
     *
     * @param manifests what it answers to a pull of a manifest meanwhile
     */
    private static void isAway(Side side, Consumer<FaultyLink> fault, int manifests) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            int victim = round % REPLICAS;
            RegistryCalls other = replicas.get((victim + 1) % REPLICAS).calls();
            FaultyLink link = side.of(replicas, victim);
            try (Load load = Load.of(pushers)) {
                within("some load").until(steps(CLIENTS));
                fault.accept(link);
                within("that it is not ready").until(() -> !replicas.isReady(victim));
                for (Pusher pusher : pushers) {
                    within("a push at the other").until(() -> pusher.canPush(other));
                }
                assertRefused(replicas.get(victim).calls(), manifests);
                load.goOnFor(SILENCE);
                within("that the other is ready").until(() -> replicas.isReady((victim + 1) % REPLICAS));
                link.heal();
                within("that it is ready again").until(() -> replicas.isReady(victim));
                within("a push at it").until(() -> pushers.getFirst().canPush(replicas.get(victim).calls()));
            } finally {
                link.heal();
            }
            assertAllIsThere(victim);
        }
    }

    /** Requests wait for a while, and are told to come again. */
    private static void assertRefused(RegistryCalls victim, int manifests) throws IOException {
        Answer push = victim.pushBlob("load/refused", new byte[] {1, 2, 3}).expect(503);
        assertThat(push.header("Retry-After")).isNotEmpty();
        String manifest = "/v2/load/pusher-0/manifests/beside";
        within("its answer to a pull of a manifest").until(() -> victim.get(manifest).status() == manifests);
    }

    /** Some of what one replica asks has no answer, or a late one. */
    private static void isBad(Side side, Consumer<FaultyLink> fault) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            int victim = round % REPLICAS;
            FaultyLink link = side.of(replicas, victim);
            try (Load _ = Load.of(pushers)) {
                within("some load").until(steps(CLIENTS));
                fault.accept(link);
                within("work meanwhile").until(steps(STEPS));
                link.heal();
                within("work afterwards").until(steps(STEPS));
            } finally {
                link.heal();
            }
            assertAllIsThere(victim);
        }
    }

    /** Whether there were so many from now on. */
    private static Callable<Boolean> steps(int more) {
        int before = pushers.stream().mapToInt(Pusher::steps).sum();
        return () -> pushers.stream().mapToInt(Pusher::steps).sum() >= before + more;
    }

    /** The two have one database and one store; so it is enough to ask the one that had to do without. */
    private static void assertAllIsThere(int victim) throws IOException {
        within("that all are ready").until(replicas::areAllReady);
        RunningLook look = new RunningLook(replicas.get(victim).calls());
        for (Pusher pusher : pushers) {
            pusher.verify(look);
            assertThat(pusher.unexpected()).isEmpty();
            assertThat(pusher.longest()).isLessThan(DEADLINE);
        }
    }
}
