package dev.strata.database.work;

import static dev.strata.database.columns.ColumnTime.at;

import dev.strata.database.columns.ColumnCode;
import dev.strata.database.columns.ColumnText;
import dev.strata.database.columns.ColumnTime;
import dev.strata.database.work.Work.Item;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The statements of the queue. */
@Component
class WorkTable {

    private static final int MOST_COUNTED = 10_000;
    private static final int BATCH = 1_000;
    private static final int SUBJECT_WIDTH = 512;
    private static final int REASON_WIDTH = 1_000;
    private static final String KEY = " where work = :work and subject = :subject";

    enum State implements ColumnCode {
        WAITING('W'),
        SET_ASIDE('A');

        private final char code;

        State(char code) {
            this.code = code;
        }

        @Override
        public char code() {
            return code;
        }
    }

    /** Of the jar; classes that lie in a directory have none. */
    private static final String VERSION = Optional.ofNullable(WorkTable.class.getPackage().getImplementationVersion())
            .orElse("unpackaged");

    private final JdbcClient jdbc;

    WorkTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * An item that is due.
     *
     * @param requests how often it had been asked for when its first piece began
     */
    record Due(Item item, long requests) {}

    @Transactional
    public void add(String work, String subject, Instant dueAt) {
        requireFitting(subject);
        // Looked for first: an insert that conflicts makes H2 take a part of the transaction back.
        if (again(work, subject, dueAt) == 0 && insert(work, subject, State.WAITING, dueAt) == 0) {
            again(work, subject, dueAt);
        }
    }

    private int again(String work, String subject, Instant dueAt) {
        return jdbc.sql("update work_item set requests = requests + 1,"
                        + " due_at = greatest(least(due_at, :dueAt), coalesce(paused_until, least(due_at, :dueAt)))" + KEY)
                .param("work", work)
                .param("subject", subject)
                .param("dueAt", at(dueAt))
                .update();
    }

    private int insert(String work, String subject, State state, Instant dueAt) {
        return jdbc.sql("insert into work_item (work, subject, state, due_at) values (:work, :subject, :state, :dueAt)"
                        + " on conflict do nothing")
                .param("work", work)
                .param("subject", subject)
                .param("state", state.column())
                .param("dueAt", at(dueAt))
                .update();
    }

    private static void requireFitting(String subject) {
        if (subject.length() > SUBJECT_WIDTH) {
            throw new IllegalArgumentException("A subject has at most " + SUBJECT_WIDTH + " characters: " + subject);
        }
    }

    /** The item that has been due for longest. */
    Optional<Due> next(String work, Instant now) {
        return jdbc.sql("select subject, progress, attempts, coalesce(begun, requests) from work_item"
                        + " where work = :work and state = :state and due_at <= :now order by due_at, id limit 1")
                .param("work", work)
                .param("state", State.WAITING.column())
                .param("now", at(now))
                .query((row, number) -> new Due(
                        new Item(row.getString(1), Optional.ofNullable(row.getString(2)), row.getInt(3)), row.getLong(4)))
                .optional();
    }

    /** Ends an item, unless it was asked for meanwhile: then it begins anew. */
    @Transactional
    public void end(String work, Due due) {
        int deleted = jdbc.sql("delete from work_item" + KEY + " and requests = :requests")
                .param("work", work)
                .param("subject", due.item().subject())
                .param("requests", due.requests())
                .update();
        if (deleted == 0) {
            jdbc.sql("update work_item set progress = null, begun = null, attempts = 0, paused_until = null" + KEY)
                    .param("work", work)
                    .param("subject", due.item().subject())
                    .update();
        }
    }

    /** Whoever works on the item goes on with its piece, and finds that it is over. */
    @Transactional
    public void remove(String work, String subject) {
        jdbc.sql("delete from work_item" + KEY).param("work", work).param("subject", subject).update();
    }

    /** Keeps how far an item came, and of which requests. Those that come later begin anew when it has ended. */
    @Transactional
    public void goOn(String work, Due due, Optional<String> progress, Instant dueAt) {
        jdbc.sql("update work_item set progress = :progress, begun = :begun, attempts = 0, due_at = :dueAt,"
                        + " paused_until = :dueAt" + KEY)
                .param("progress", progress.orElse(null))
                .param("begun", progress.isPresent() ? due.requests() : null, Types.BIGINT)
                .param("dueAt", at(dueAt))
                .param("work", work)
                .param("subject", due.item().subject())
                .update();
    }

    @Transactional
    public void setAttempts(String work, String subject, int attempts, Instant dueAt) {
        jdbc.sql("update work_item set attempts = :attempts, due_at = :dueAt, paused_until = :dueAt" + KEY)
                .param("attempts", attempts)
                .param("dueAt", at(dueAt))
                .param("work", work)
                .param("subject", subject)
                .update();
    }

    @Transactional
    public void setAside(String work, String subject, String reason, Instant now) {
        requireFitting(subject);
        if (setAsideIfThere(work, subject, reason, now) == 0) {
            insert(work, subject, State.SET_ASIDE, now);
            setAsideIfThere(work, subject, reason, now);
        }
    }

    /** It counts as a request: whoever works on the item just then does not end it. */
    private int setAsideIfThere(String work, String subject, String reason, Instant now) {
        return jdbc.sql("update work_item set state = :state, reason = :reason, set_aside_at = :now, version = :version,"
                        + " requests = requests + 1" + KEY)
                .param("state", State.SET_ASIDE.column())
                .param("reason", ColumnText.of(reason, REASON_WIDTH))
                .param("now", at(now))
                .param("version", VERSION)
                .param("work", work)
                .param("subject", subject)
                .update();
    }

    List<SetAside> setAside(String work, String after, int limit) {
        return jdbc.sql("select subject, reason, attempts, set_aside_at from work_item"
                        + " where work = :work and state = :state and subject > :after order by subject limit :limit")
                .param("work", work)
                .param("state", State.SET_ASIDE.column())
                .param("after", after)
                .param("limit", limit)
                .query((row, number) -> new SetAside(
                        work, row.getString(1), row.getString(2), row.getInt(3), ColumnTime.read(row, 4)))
                .list();
    }

    /** Puts some of what is set aside back into the queue, and says how many. */
    @Transactional
    public int retry(String work, Instant now) {
        return putBack(work, "", now);
    }

    /** The same, of what another version of Strata set aside. */
    @Transactional
    public int retryOfOtherVersions(String work, Instant now) {
        return putBack(work, " and version <> :version", now);
    }

    private int putBack(String work, String condition, Instant now) {
        return jdbc.sql("update work_item set state = 'W', progress = null, begun = null, attempts = 0, due_at = :now,"
                        + " paused_until = null where id in"
                        + " (select id from work_item where work = :work and state = 'A'" + condition
                        + " order by id limit :limit)")
                .params(Map.of("now", at(now), "work", work, "version", VERSION, "limit", BATCH))
                .update();
    }

    Optional<String> progress(String work, String subject) {
        return jdbc.sql("select progress from work_item" + KEY + " and state = :state and progress is not null")
                .param("work", work)
                .param("subject", subject)
                .param("state", State.WAITING.column())
                .query(String.class)
                .optional();
    }

    long count(String work, State state) {
        return jdbc.sql("select count(*) from (select id from work_item where work = :work and state = :state"
                        + " limit :limit) counted")
                .param("work", work)
                .param("state", state.column())
                .param("limit", MOST_COUNTED)
                .query(Long.class)
                .single();
    }
}
