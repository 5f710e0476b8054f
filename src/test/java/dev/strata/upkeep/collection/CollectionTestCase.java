package dev.strata.upkeep.collection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.database.columns.ColumnTime;
import dev.strata.database.work.WorkQueue;
import dev.strata.oci.Digest;
import dev.strata.testing.MovableClock;
import dev.strata.testing.NoLongWrites;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import dev.strata.testing.StoredBlobs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.config.ScheduledTask;
import org.springframework.scheduling.config.ScheduledTaskHolder;
import org.springframework.scheduling.config.Task;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.context.bean.override.convention.TestBean;
import tools.jackson.databind.JsonNode;

/** A registry whose grace is an hour, and whose clock a test moves on. */
@RegistryTest
@NoLongWrites
@TestPropertySource(properties = {
    "strata.upkeep.grace=1h", "strata.upkeep.undo=6h",
    "strata.upkeep.retention-every=0", "strata.upkeep.retention-ignored-agents=scanner/**"
})
public abstract class CollectionTestCase {

    public static final Duration GRACE = Duration.ofHours(1);
    /** Whatever was promised before is promised no longer. */
    public static final Duration LONG = Duration.ofHours(2);

    /** What was deleted before cannot be taken back any more. */
    public static final Duration UNDO = Duration.ofHours(7);

    protected static final MovableClock CLOCK = new MovableClock();

    /** What looks once a second whether something is due. */
    private static final Set<String> LOOKS = Set.of(DueGarbage.class.getName() + ".look", "dev.strata.upkeep.bin.BinWork.look");

    @Autowired
    protected RegistryClient registry;

    @Autowired
    protected JdbcTemplate jdbc;

    @Autowired
    private StoredBlobs stored;

    @Autowired
    private ScheduledTaskHolder schedule;

    @Autowired
    private WorkQueue queue;

    @TestBean
    Clock clock;

    static Clock clock() {
        return CLOCK;
    }

    /** Lets time pass, and waits until all is looked at that is due then, and counted. */
    protected void pass(Duration time) {
        moveOn(time);
        settle();
        moveOn(Duration.ofMinutes(1)); // bytes follow their rows some seconds later
        settle();
    }

    /** The queue's threads know the real time only: one of them is woken for what waited until now. */
    private void moveOn(Duration time) {
        CLOCK.moveOn(time);
        queue.add(Collection.NAME, new CollectionSubject.Links().text());
    }

    protected void settle() {
        await("the collection").until(() -> {
            look();
            return due() == 0 && savings().path("pending").intValue() == 0;
        });
    }

    /** Sooner than the schedule says, which is most of what the tests would wait for. */
    private void look() {
        List<Task> looks = schedule.getScheduledTasks().stream()
                .map(ScheduledTask::getTask)
                .filter(task -> LOOKS.contains(task.toString()))
                .toList();
        assertThat(looks).hasSameSizeAs(LOOKS);
        looks.forEach(look -> look.getRunnable().run());
    }

    private long due() {
        Long due = jdbc.queryForObject(
                "select (select count(*) from blob_review where due_at <= ?)"
                        + " + (select count(*) from blob_removal where due_at <= ?)"
                        + " + (select count(*) from bin_item where goes_at <= ?)"
                        + " + (select count(*) from work_item where work in ('collect', 'bin') and due_at <= ?)",
                Long.class,
                ColumnTime.at(CLOCK.instant()),
                ColumnTime.at(CLOCK.instant()),
                ColumnTime.at(CLOCK.instant()),
                ColumnTime.at(CLOCK.instant()));
        return due == null ? 0 : due;
    }

    protected JsonNode savings() {
        return registry.get("/api/savings").json();
    }

    protected boolean isStored(Digest digest) {
        try {
            return stored.has(digest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    protected boolean canBePulled(String repository, Digest digest) {
        return registry.getBlob(repository, digest).status() == 200;
    }

    /** When nothing is promised and nothing is due, the figures are those of the store. */
    protected void assertThatTheFiguresAreThoseOfTheStore() throws IOException {
        JsonNode figures = savings();
        assertThat(figures.path("set_aside").intValue()).isZero();
        assertThat(figures.at("/waiting/total").longValue()).as("%s", figures).isZero();
        assertThat(figures.at("/stored_parts/blobs").longValue()).isEqualTo(bytesOfBlobs());
    }

    protected long bytesOfBlobs() throws IOException {
        return stored.bytes();
    }
}
