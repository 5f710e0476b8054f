package dev.strata.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.model.Answer;
import dev.strata.model.RegistryCalls;
import dev.strata.testing.Size;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The registry is killed while clients push, again and again, and has to have all that it acknowledged.
 *
 * <p>{@code -Dstrata.crash.kills} says how often, {@code -Dstrata.crash.seed} repeats the choices of a run; what the
 * clients had come to when each kill came is the machine's own choice.
 */
class CrashIT {

    private static final int CLIENTS = 4;
    private static final int KILLS = Size.of("strata.crash.kills", 3, 30);
    private static final long SEED = Long.getLong("strata.crash.seed", System.nanoTime());
    private static final Duration SOONEST_KILL = Duration.ofMillis(300);
    private static final Duration LATEST_KILL = Duration.ofSeconds(3);
    private static final Pattern RECOVERY =
            Pattern.compile("Put right from before this start: .*?(\\d+) uploads can be resumed");

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final MovedTag latest = new MovedTag();
    private final List<Client> clients = clients();
    private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);

    private Duration longestStart = Duration.ofSeconds(1);

    private List<Client> clients() {
        List<byte[]> commonContents =
                Stream.generate(() -> Contents.any(random)).limit(12).toList();
        Offers offers = new Offers();
        return IntStream.range(0, CLIENTS)
                .mapToObj(number -> new Client(number, random.split(), commonContents, latest, offers))
                .toList();
    }

    int kills() {
        return KILLS;
    }

    /** Of the registry, each as {@code name=value}. */
    String[] settings() {
        return new String[0];
    }

    /** Does something to the registry while clients work, of which they notice nothing. */
    void disturb() throws InterruptedException {}

    @Test
    void whatWasAcknowledgedOutlivesEveryKill(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path data) throws Exception {
        KillableServer server = startAgain(data);
        int kill = 0;
        try (threads) {
            while (kill < kills()) {
                kill++;
                workUntilKilled(server);
                server = startAgain(data);
                verify(server);
            }
        } catch (AssertionError e) {
            throw new AssertionError(
                    "After kill " + kill + " of a run with -Dstrata.crash.seed=" + SEED + ": " + e.getMessage(), e);
        } finally {
            server.close();
        }
    }

    /** Every third time a start is killed too, at any moment of it, and the next one has to do all of the work. */
    private KillableServer startAgain(Path data) throws Exception {
        while (random.nextInt(3) == 0) {
            try (KillableServer server = KillableServer.launch(data, settings())) {
                Thread.sleep(random.nextLong(longestStart.toMillis()));
                server.kill();
            }
        }
        Instant begin = Instant.now();
        KillableServer server = KillableServer.start(data, settings());
        longestStart = Collections.max(List.of(longestStart, Duration.between(begin, Instant.now())));
        return server;
    }

    private void workUntilKilled(KillableServer server) throws Exception {
        CountDownLatch firstAnswers = new CountDownLatch(CLIENTS);
        List<Future<?>> work = new ArrayList<>();
        for (Client client : clients) {
            work.add(threads.submit(() -> work(client, server, firstAnswers)));
        }
        boolean answered = firstAnswers.await(1, TimeUnit.MINUTES);
        disturb();
        Thread.sleep(random.nextLong(SOONEST_KILL.toMillis(), LATEST_KILL.toMillis()));
        server.kill();
        for (Future<?> client : work) {
            result(client);
        }
        assertThat(answered).as("every client got a first answer within a minute").isTrue();
        assertThat(server.log()).as("what the registry printed before the kill").doesNotContain(" ERROR ");
        server.close();
    }

    private static void work(Client client, KillableServer server, CountDownLatch firstAnswers) {
        client.nextRound();
        try {
            while (true) {
                client.step(server.calls());
                firstAnswers.countDown();
            }
        } catch (IOException e) {
            if (!server.isKilled()) {
                throw new AssertionError("A request got no answer, and the registry had not been killed", e);
            }
        }
    }

    private void verify(KillableServer server) throws Exception {
        RegistryCalls calls = server.calls();
        Matcher recovery = RECOVERY.matcher(server.log());
        assertThat(recovery.find()).as("the line that says what the start put right, in " + server.log()).isTrue();
        int resumable = Integer.parseInt(recovery.group(1));
        assertThat(recovery.find()).as("a second such line in " + server.log()).isFalse();

        assertThat(sum(client -> verify(client, calls)))
                .as("uploads that can be gone on with; the start said " + resumable)
                .isLessThanOrEqualTo(resumable);
        latest.settle(Client.LATEST.look(calls));
        Set<String> repositories =
                clients.stream().flatMap(client -> client.repositories().stream()).collect(Collectors.toSet());
        for (String repository : repositories) {
            verifyTags(calls, repository);
        }
        assertThat(repositories).as("repositories that were pushed to").containsAll(catalog(calls));
        assertThat(server.log()).as("what the registry printed since its start").doesNotContain(" ERROR ");
    }

    private int sum(ToIntFunction<Client> action) throws Exception {
        List<Callable<Integer>> all = new ArrayList<>();
        clients.forEach(client -> all.add(() -> action.applyAsInt(client)));
        int sum = 0;
        for (Future<Integer> result : threads.invokeAll(all)) {
            sum += result(result);
        }
        return sum;
    }

    private static int verify(Client client, RegistryCalls calls) {
        try {
            return client.verify(calls);
        } catch (IOException e) {
            throw new AssertionError("The registry that was started again gave no answer", e);
        }
    }

    private static <T> T result(Future<T> future) throws Exception {
        try {
            return future.get(5, TimeUnit.MINUTES);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AssertionError failure) {
                throw failure;
            }
            throw e;
        }
    }

    /** The list has the tags that were acknowledged and no other; each of them was pulled before. */
    private void verifyTags(RegistryCalls calls, String repository) throws IOException {
        Set<String> expected = clients.stream()
                .flatMap(client -> client.ledger().present(place -> isTagOf(place, repository)))
                .map(Place::name)
                .collect(Collectors.toCollection(TreeSet::new));
        if (repository.equals(Client.COMMON) && latest.isThere()) {
            expected.add(Client.LATEST.name());
        }
        Answer answer = calls.get("/v2/" + repository + "/tags/list");
        if (answer.expect(200, 404).status() == 404) {
            assertThat(expected).as("tags of " + repository + ", which is not there").isEmpty();
            return;
        }
        assertThat(strings(answer.json().get("tags"))).as("tags of " + repository).containsExactlyElementsOf(expected);
    }

    private static boolean isTagOf(Place place, String repository) {
        return place.kind() == Place.Kind.TAG && place.repository().equals(repository);
    }

    private static Set<String> catalog(RegistryCalls calls) throws IOException {
        return new HashSet<>(strings(calls.get("/v2/_catalog").expect(200).json().get("repositories")));
    }

    private static List<String> strings(JsonNode array) {
        List<String> strings = new ArrayList<>();
        array.forEach(element -> strings.add(element.asString()));
        return strings;
    }
}
