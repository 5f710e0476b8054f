package dev.strata.access.sessions;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.repository.Repository;

interface SessionRows extends Repository<SessionRow, Long> {

    SessionRow save(SessionRow session);

    Optional<SessionRow> findByHash(byte[] hash);

    List<SessionRow> findByOwnerKindAndOwnerNameOrderByIdDesc(String kind, String name, Limit limit);

    List<SessionRow> findByExpiresAtBeforeOrderByExpiresAt(Instant time, Limit limit);

    void delete(SessionRow session);

    /** Whichever are still there: another process may delete them at the same time. */
    void deleteAllInBatch(Iterable<SessionRow> sessions);
}
