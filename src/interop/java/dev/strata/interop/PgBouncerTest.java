package dev.strata.interop;

import static org.awaitility.Awaitility.await;

import dev.strata.model.Digests;
import dev.strata.model.RegistryCalls;
import dev.strata.replicas.Replicas;
import dev.strata.replicas.ReplicasTestCase;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Replicas work through a pooler that gives each transaction another connection, and has fewer than they want. */
@Execution(ExecutionMode.CONCURRENT)
class PgBouncerTest extends ReplicasTestCase {

    private static final int CONNECTIONS = 6;

    private final List<PgBouncer> poolers = new ArrayList<>();

    @Override
    protected Replicas start(int count, String... settings) throws Exception {
        String[] all = Stream.concat(Stream.of(settings), Stream.of("strata.database.listen=false")).toArray(String[]::new);
        return Replicas.start(
                count,
                port -> {
                    PgBouncer pooler = PgBouncer.start(CONNECTIONS, port);
                    poolers.add(pooler);
                    return pooler.url();
                },
                all);
    }

    @AfterAll
    @Override
    protected void endThem() throws Exception {
        super.endThem();
        poolers.forEach(PgBouncer::close);
    }

    @Test
    void whatNothingNeedsIsCollected() throws Exception {
        try (Replicas one = start(1, "strata.upkeep.grace=2s", "strata.upkeep.undo=0");
                RegistryCalls calls = new RegistryCalls(one.address())) {
            byte[] unneeded = {1, 2, 3};
            calls.pushBlob("pooled/collected", unneeded).expect(201);
            // To ask for it would be to need it.
            await("its end").atMost(Duration.ofMinutes(2)).until(() -> !Files.exists(one.blob(Digests.sha256(unneeded))));
        }
    }
}
