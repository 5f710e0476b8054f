package dev.strata.upkeep.collection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.model.Seed;
import dev.strata.testing.Content;
import dev.strata.testing.Size;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Several clients push, mount, ask, delete and pull the same few contents in repositories of their own, while time passes in
 * jumps and garbage is collected. Nothing is ever gone that a client was told is there, or that a manifest names. When it is
 * quiet everything else is gone, and the figures are those of the store.
 */
class CollectionModelTest extends CollectionTestCase {

    private static final int CLIENTS = 4;
    private static final int ROUNDS = Size.of("strata.collection.rounds", 4, 60);
    private static final int STEPS = 40;
    private static final int CONTENTS = 12;
    /** Of time, within a round; some clients are at work while more than the grace passes, and most are not. */
    private static final int JUMPS = 12;

    @Test
    void nothingGoesThatAnythingHoldsAndEverythingElseDoes() throws Exception {
        Seed.run(random -> {
            List<byte[]> contents = IntStream.range(0, CONTENTS)
                    .mapToObj(i -> Content.random(random.nextLong(), 1 + random.nextInt(4_000)))
                    .toList();
            String prefix = "collect/model" + random.nextInt(1_000_000);
            List<CollectingClient> clients = IntStream.range(0, CLIENTS)
                    .mapToObj(number -> new CollectingClient(registry, CLOCK, prefix, number, CLIENTS, contents, random.split()))
                    .toList();
            for (int round = 0; round < ROUNDS; round++) {
                work(clients, random.split());
                clients.forEach(CollectingClient::verify);
                if (round % 2 == 1) {
                    clients.get(random.nextInt(CLIENTS)).deleteImages();
                    pass(UNDO);
                    pass(LONG);
                    clients.forEach(CollectingClient::verify);
                    requireThatTheRestIsGone(clients, contents);
                }
            }
        });
    }

    private void work(List<CollectingClient> clients, SplittableRandom random) throws Exception {
        List<Callable<Void>> all = new ArrayList<>();
        for (CollectingClient client : clients) {
            all.add(() -> {
                for (int i = 0; i < STEPS; i++) {
                    client.step();
                }
                return null;
            });
        }
        all.add(() -> {
            for (int i = 0; i < JUMPS; i++) {
                CLOCK.moveOn(Duration.ofMinutes(random.nextInt(25)));
                Thread.sleep(random.nextInt(150)); // no condition: time passes as it likes
            }
            return null;
        });
        try (ExecutorService threads = Executors.newFixedThreadPool(all.size())) {
            for (Future<Void> result : threads.invokeAll(all)) {
                try {
                    result.get();
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof AssertionError failure) {
                        throw failure;
                    }
                    throw e;
                }
            }
        }
    }

    private void requireThatTheRestIsGone(List<CollectingClient> clients, List<byte[]> contents) throws Exception {
        for (byte[] content : contents) {
            var digest = Content.sha256(content);
            boolean named = false;
            for (CollectingClient client : clients) {
                assertThat(canBePulled(client.repository(), digest))
                        .as("%s in %s", digest, client.repository())
                        .isEqualTo(client.names(digest));
                named |= client.names(digest);
            }
            assertThat(isStored(digest)).as("%s in the store", digest).isEqualTo(named);
        }
        await("empty repositories").untilAsserted(() -> {
            for (CollectingClient client : clients) {
                assertThat(jdbc.queryForList("select id from repository where name = ?", client.repository()))
                        .as(client.repository())
                        .hasSize(client.hasImages() ? 1 : 0);
            }
        });
        assertThatTheFiguresAreThoseOfTheStore();
    }
}
