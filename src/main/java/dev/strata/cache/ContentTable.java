package dev.strata.cache;

import dev.strata.oci.Digest;
import java.util.List;
import java.util.Map;
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

    @Transactional
    @Retryable(includes = TransientDataAccessException.class, delay = 10, jitter = 10, multiplier = 4)
    void write(Map<Digest, byte[]> outlines) {
        jdbc.batchUpdate(
                "insert into cache_content (content, outline) values (?, ?) on conflict do nothing",
                outlines.entrySet().stream()
                        .map(outline -> new Object[] {outline.getKey().bytes(), outline.getValue()})
                        .toList());
    }

    Optional<byte[]> find(Digest content) {
        return jdbc.query(
                "select outline from cache_content where content = ?",
                row -> row.next() ? Optional.of(row.getBytes(1)) : Optional.empty(),
                (Object) content.bytes());
    }

    /**
     * Deletes outlines of contents that no step has any more, a part at a time.
     *
     * @return how many there were
     */
    @Transactional
    int forget(int limit) {
        // By the index alone: the rows are large, and most of them stay.
        List<byte[]> gone = jdbc.query(
                "select content from cache_content c where content > ?"
                        + " and not exists (select 1 from cache_step s where s.content = c.content)"
                        + " order by content limit ?",
                (row, number) -> row.getBytes(1),
                new byte[0],
                limit);
        gone.forEach(content -> jdbc.update("delete from cache_content where content = ?", (Object) content));
        return gone.size();
    }
}
