package dev.strata.cache.contents;

import dev.strata.oci.Digest;
import java.util.List;
import java.util.Optional;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The outlines of content lists, each once, as long as an entry's step has that content. */
@Component
class ContentTable {

    private final JdbcTemplate jdbc;

    ContentTable(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Writes one, which can be large. */
    @Transactional
    @Retryable(includes = TransientDataAccessException.class, delay = 10, jitter = 10, multiplier = 4)
    void write(Digest content, byte[] outline) {
        jdbc.update(
                "insert into cache_content (content, outline) values (?, ?) on conflict do nothing",
                content.bytes(),
                outline);
    }

    Optional<byte[]> find(Digest content) {
        return jdbc.query(
                "select outline from cache_content where content = ?",
                row -> row.next() ? Optional.of(row.getBytes(1)) : Optional.empty(),
                (Object) content.bytes());
    }

    /** The next contents, in their order; fewer at the end. */
    List<byte[]> after(byte[] content, int limit) {
        return jdbc.query(
                "select content from cache_content where content > ? order by content limit ?",
                (row, number) -> row.getBytes(1),
                content,
                limit);
    }

    /** Deletes those outlines between two contents, the second included, that no step has any more. */
    @Transactional
    void forget(byte[] after, byte[] last) {
        jdbc.update(
                "delete from cache_content where content > ? and content <= ?"
                        + " and not exists (select 1 from cache_step s where s.content = cache_content.content)",
                after,
                last);
    }
}
