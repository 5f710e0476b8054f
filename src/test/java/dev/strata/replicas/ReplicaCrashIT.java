package dev.strata.replicas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.model.Digests;
import dev.strata.testing.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * One of several processes is killed, and their database is started again, while clients push, delete, and what nothing needs
 * is collected. Nothing that was acknowledged is lost, and what the one did in the background the other does.
 */
class ReplicaCrashIT {

    private static final int REPLICAS = 3;
    private static final int KILLS = Size.of("strata.replicas.kills", 1, 15);
    private static final int RESTARTS = Size.of("strata.replicas.restarts", 1, 8);
    private static final int CLIENTS = 4;
    private static final Duration WORK = Duration.ofSeconds(2);
    /** A claim ends that long after its holder, and then there is some work to do. */
    private static final Duration TAKEN_OVER = Duration.ofMinutes(2);

    @Test
    void nothingIsLostWithAProcessOrWithTheDatabase() throws Exception {
        try (Replicas replicas = Replicas.start(REPLICAS, "strata.upkeep.grace=2s", "strata.upkeep.undo=0")) {
            List<Pusher> pushers = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                pushers.add(new Pusher(i, replicas));
            }
            for (int kill = 0; kill < KILLS; kill++) {
                killOne(replicas, pushers, kill % REPLICAS);
            }
            for (int restart = 0; restart < RESTARTS; restart++) {
                restartDatabase(replicas, pushers);
            }
        }
    }

    private static void killOne(Replicas replicas, List<Pusher> pushers, int victim) throws Exception {
        try (Load load = Load.of(pushers)) {
            load.goOnFor(WORK);
            replicas.get(victim).kill();
            load.goOnFor(WORK);
        }
        int other = (victim + 1) % REPLICAS;
        verify(replicas, other, pushers);
        // Whoever collected garbage may have been the one that is gone.
        byte[] garbage = pushers.getFirst().garbage(replicas.get(other).calls());
        await("the collection of what nothing needs")
                .atMost(TAKEN_OVER)
                .until(() -> !Files.exists(replicas.blob(Digests.sha256(garbage))));
        replicas.startAgain(victim);
        verify(replicas, victim, pushers);
        assertThat(replicas.logs()).as("what they printed").doesNotContain(" ERROR ");
    }

    private static void restartDatabase(Replicas replicas, List<Pusher> pushers) throws Exception {
        try (Load load = Load.of(pushers)) {
            load.goOnFor(WORK);
            replicas.stopDatabase();
            await("that nobody is ready without a database").until(replicas::isNoneReady);
            replicas.startDatabase();
            await("that all are ready again").until(replicas::areAllReady);
            load.goOnFor(WORK);
        }
        for (int number = 0; number < REPLICAS; number++) {
            verify(replicas, number, pushers);
        }
        assertThat(pushers).allSatisfy(pusher -> assertThat(pusher.unexpected()).isEmpty());
    }

    private static void verify(Replicas replicas, int number, List<Pusher> pushers) throws IOException {
        RunningLook look = new RunningLook(replicas.get(number).calls());
        for (Pusher pusher : pushers) {
            pusher.verify(look);
        }
    }
}
