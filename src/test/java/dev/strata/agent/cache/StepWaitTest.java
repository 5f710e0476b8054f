package dev.strata.agent.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import dev.strata.agent.AgentException;
import dev.strata.agent.cache.Resolution.Miss;
import dev.strata.agent.cache.Resolution.Paths;
import dev.strata.agent.connection.Http;
import dev.strata.agent.images.ImageName;
import dev.strata.agent.images.RepositoryClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who waits, against a server that answers by a script, in a time that passes only where a test lets it. */
class StepWaitTest {

    private final Deque<String> script = new ArrayDeque<>();
    private final AtomicLong seconds = new AtomicLong();
    private HttpServer server = start();

    private static HttpServer start() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void serve() {
        server.createContext("/", exchange -> {
            String[] answer = script.remove().strip().split(" ");
            seconds.addAndGet(Long.parseLong(answer[1]));
            if (answer.length > 2) {
                exchange.getResponseHeaders().set("Retry-After", answer[2]);
            }
            exchange.sendResponseHeaders(Integer.parseInt(answer[0]), -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // answers: status, seconds for which it is held back, Retry-After | how many seconds pass in all
                "200 0                    | 0",
                "404 0                    | 0",
                "200 12                   | 12",
                "202 30 5, 200 0          | 30",
                "202 31 5, 202 31 5, 404 2 | 64",
                // There was no place to wait in.
                "202 0 5, 200 0           | 5",
                "202 0 5, 202 0 3, 410 0  | 8",
                "202 28 5, 200 0          | 30",
                "202 0 3600, 200 0        | 30",
                "202 0, 200 0             | 1",
                "202 0 0, 200 0           | 1",
                "202 0 soon, 200 0        | 1",
                // What is wrong with it, the next resolve will tell.
                "503 0 4                  | 4",
                "500 0                    | 1"
            })
    void theServerIsAskedNoMoreOftenThanItWants(String answers, long passed) throws CacheAwayException {
        script.addAll(Arrays.asList(answers.split(",")));

        new StepWait(cache(), new StepWait.Time() {

                    @Override
                    public long nanos() {
                        return Duration.ofSeconds(seconds.get()).toNanos();
                    }

                    @Override
                    public void pass(Duration time) {
                        seconds.addAndGet(time.toSeconds());
                    }
                })
                .await(miss());

        assertThat(script).isEmpty();
        assertThat(seconds).hasValue(passed);
    }

    @Test
    void aPauseEndsWhereTheBuildIsStopped() {
        script.add("202 0 5");
        StepWait patience = new StepWait(cache(), new StepWait.Time() {

            @Override
            public long nanos() {
                return 0;
            }

            @Override
            public void pass(Duration time) throws InterruptedException {
                Thread.currentThread().interrupt();
                StepWait.REAL_TIME.pass(time);
            }
        });

        assertThatExceptionOfType(AgentException.class)
                .isThrownBy(() -> patience.await(miss()))
                .satisfies(stopped -> assertThat(stopped.outcome()).isEqualTo(AgentException.Outcome.INTERRUPTED));

        assertThat(Thread.interrupted()).isTrue();
    }

    private CacheClient cache() {
        URI base = URI.create("http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + server.getAddress().getPort());
        return new CacheClient(
                new RepositoryClient(new Http(base, Http.Limits.USUAL), ImageName.of("localhost/a:1")),
                new CacheClient.Settings(List.of(), Optional.empty(), Duration.ofSeconds(20)));
    }

    private static Miss miss() {
        return new Miss("sha256:" + "0".repeat(64), "NEVER_SEEN", "", new Paths(List.of(), 0), Optional.empty(), true);
    }
}
