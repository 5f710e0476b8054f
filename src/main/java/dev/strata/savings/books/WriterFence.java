package dev.strata.savings.books;

import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Lets one process at a time write the figures: each that passes moves the fence, and keeps it until its transaction ends. */
@Component
class WriterFence {

    private final JdbcTemplate jdbc;

    WriterFence(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Somebody passed it since it was looked at. */
    static final class PassedException extends ConcurrencyFailureException {

        private PassedException() {
            super("Another process has written the figures meanwhile");
        }
    }

    /** Where it stands now. */
    long stands() {
        Long fence = jdbc.queryForObject("select fence from savings_writer where id = 1", Long.class);
        return fence == null ? 0 : fence;
    }

    /** Passes within the running transaction. What is read before may be out of date. */
    void pass() {
        jdbc.update("update savings_writer set fence = fence + 1 where id = 1");
    }

    /**
     * The same where nobody did since then.
     *
     * @throws PassedException where somebody did
     */
    void pass(long before) {
        if (jdbc.update("update savings_writer set fence = fence + 1 where id = 1 and fence = ?", before) == 0) {
            throw new PassedException();
        }
    }
}
