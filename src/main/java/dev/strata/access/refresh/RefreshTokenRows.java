package dev.strata.access.refresh;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.repository.Repository;

interface RefreshTokenRows extends Repository<RefreshTokenRow, Long> {

    RefreshTokenRow save(RefreshTokenRow token);

    Optional<RefreshTokenRow> findByHash(byte[] hash);

    List<RefreshTokenRow> findByOwnerKindAndOwnerNameOrderByCreatedAtDesc(String kind, String name, Limit limit);

    List<RefreshTokenRow> findByExpiresAtBeforeOrderByExpiresAt(Instant time, Limit limit);

    void delete(RefreshTokenRow token);

    /** Whichever are still there: another process may delete them at the same time. */
    void deleteAllInBatch(Iterable<RefreshTokenRow> tokens);
}
