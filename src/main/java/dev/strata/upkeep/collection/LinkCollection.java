package dev.strata.upkeep.collection;

import dev.strata.problem.RegistryException;
import dev.strata.registry.blobs.Unlinking;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Takes blobs from repositories in which nothing holds them any more. */
@Component
class LinkCollection {

    /** Reviews, and references of a manifest, that are looked at in one piece. */
    private static final int AT_ONCE = 50;

    private static final Logger log = LoggerFactory.getLogger(LinkCollection.class);

    private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);
    private static final Duration AFTER_FAILURE = Duration.ofHours(1);

    private final Reviews reviews;
    private final BlobHolders holders;
    private final Unlinking unlinking;
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;
    private final Clock clock;

    LinkCollection(
            Reviews reviews,
            BlobHolders holders,
            Unlinking unlinking,
            JdbcTemplate jdbc,
            PlatformTransactionManager transactions,
            Clock clock) {
        this.reviews = reviews;
        this.holders = holders;
        this.unlinking = unlinking;
        this.jdbc = jdbc;
        this.transactions = new TransactionTemplate(transactions);
        this.transactions.setName("put links of blobs off");
        this.clock = clock;
    }

    boolean isDue() {
        return !reviews.dueLinks(clock.instant(), 1).isEmpty();
    }

    /** Looks at some links that are due, and says whether there may be more. */
    boolean collectDue() {
        List<Reviews.Link> due = reviews.dueLinks(clock.instant(), AT_ONCE);
        Map<Long, List<Reviews.Link>> byRepository = new TreeMap<>();
        due.forEach(link -> byRepository.computeIfAbsent(link.repositoryId(), id -> new ArrayList<>()).add(link));
        byRepository.forEach((repositoryId, links) -> {
            Map<Long, Instant> later = collect(
                    repositoryId, links.stream().map(Reviews.Link::blobId).distinct().toList());
            transactions.executeWithoutResult(status -> {
                later.forEach((blobId, end) -> reviews.addLink(repositoryId, blobId, end));
                reviews.delete(links.stream().map(Reviews.Link::id).toList());
            });
        });
        return due.size() == AT_ONCE;
    }

    /** What fails of itself is put off, and stops nothing else. */
    private Map<Long, Instant> collect(long repositoryId, List<Long> blobIds) {
        try {
            return unlink(repositoryId, blobIds);
        } catch (TransientDataAccessException | RegistryException e) {
            throw e;
        } catch (RuntimeException e) {
            log.warn("Blobs of repository {} cannot be looked at; it is tried again in {}", repositoryId, AFTER_FAILURE, e);
            Instant again = clock.instant().plus(AFTER_FAILURE);
            return blobIds.stream().collect(Collectors.toMap(Function.identity(), id -> again));
        }
    }

    /**
     * Looks at some of what a manifest named that left a repository.
     *
     * @return the place to go on; 0 where that was all
     */
    long collectNamed(long repositoryId, long manifestId, long from) {
        List<Long> positions = new ArrayList<>();
        List<Long> named = new ArrayList<>();
        jdbc.query(
                "select f.position, (select b.id from blob b where b.digest = f.digest) from manifest_reference f"
                        + " where f.manifest_id = ? and f.position >= ? order by f.manifest_id, f.position limit ?",
                row -> {
                    positions.add(row.getLong(1));
                    long blobId = row.getLong(2);
                    if (!row.wasNull()) {
                        named.add(blobId);
                    }
                },
                manifestId,
                from,
                AT_ONCE);
        if (!named.isEmpty()) {
            Map<Long, Instant> later = unlink(repositoryId, named.stream().distinct().toList());
            transactions.executeWithoutResult(
                    status -> later.forEach((blobId, end) -> reviews.addLink(repositoryId, blobId, end)));
        }
        return positions.size() < AT_ONCE ? 0 : positions.getLast() + 1;
    }

    /** Unlinks what nothing holds, and says when to look again at what is promised. */
    private Map<Long, Instant> unlink(long repositoryId, List<Long> blobIds) {
        BlobHolders.Look look = holders.lookAt(repositoryId, blobIds);
        Map<Long, Instant> later = new TreeMap<>(unlinking.unlink(repositoryId, blobIds, look));
        look.unclear().forEach(id -> later.put(id, clock.instant().plus(LOOK_AGAIN)));
        return later;
    }
}
