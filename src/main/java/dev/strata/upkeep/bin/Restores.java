package dev.strata.upkeep.bin;

import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.registry.DeletionId;
import dev.strata.registry.blobs.Blobs;
import dev.strata.registry.changes.Pusher;
import dev.strata.registry.manifests.Manifests;
import dev.strata.registry.manifests.StoredManifest;
import dev.strata.registry.pushes.Pushes;
import dev.strata.upkeep.history.HistoryEntry;
import dev.strata.upkeep.history.HistoryTable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes back what was deleted or moved. A manifest comes back as if it were pushed: what it names is still there, and quotas
 * and immutable tags hold.
 */
@Service
public class Restores {

    private static final int AT_ONCE = 100;
    /** Of those that a tag points at in turn; the last ones. */
    private static final int MOST_ENTRIES = 100;
    /** Of one manifest. */
    private static final int MOST_TAGS = 1_000;

    private final BinTable table;
    private final HistoryTable history;
    private final Manifests manifests;
    private final Pushes pushes;
    private final Blobs blobs;
    private final BinChanges changes;
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;

    Restores(
            BinTable table,
            HistoryTable history,
            Manifests manifests,
            Pushes pushes,
            Blobs blobs,
            BinChanges changes,
            JdbcTemplate jdbc,
            PlatformTransactionManager transactions) {
        this.table = table;
        this.history = history;
        this.manifests = manifests;
        this.pushes = pushes;
        this.blobs = blobs;
        this.changes = changes;
        this.jdbc = jdbc;
        this.transactions = new TransactionTemplate(transactions);
        this.transactions.setName("take out of the bin");
    }

    /** Where a tag pointed, the last first. */
    public List<HistoryEntry> history(RepositoryName repository, Tag tag) {
        return repositoryId(repository).map(id -> history.of(id, tag, MOST_ENTRIES)).orElse(List.of());
    }

    private Optional<Long> repositoryId(RepositoryName repository) {
        return jdbc.queryForList("select id from repository where name = ?", Long.class, repository.value()).stream()
                .findFirst();
    }

    /**
     * Points a tag at what it pointed at before; a manifest that was deleted comes back with all that was deleted along.
     *
     * @param wanted which of those; the last one where it is left open
     * @return what it points at now
     * @throws RegistryException MANIFEST_UNKNOWN where it cannot be taken back, and what a push throws
     */
    public Digest restore(RepositoryName repository, Tag tag, Optional<Digest> wanted) {
        Digest digest = history(repository, tag).stream()
                .map(HistoryEntry::digest)
                .filter(earlier -> wanted.isEmpty() || wanted.get().equals(earlier))
                .findFirst()
                .orElseThrow(() -> unknown(repository, tag.name()));
        Optional<BinItem> deleted = repositoryId(repository).flatMap(id -> table.findManifest(id, digest));
        deleted.ifPresent(item -> restoreItems(item.ending().deletion(), false));
        StoredManifest manifest = manifests.get(repository, digest);
        pushes.put(repository, tag, List.of(), manifest.mediaType(), manifest.content(), Pusher.UNBOUND);
        return digest;
    }

    /** The repositories that a deletion is about; none where there is nothing of it to take back. */
    public List<RepositoryName> repositoriesOf(DeletionId deletion) {
        return table.of(deletion, 0, AT_ONCE).stream().map(BinItem::repository).distinct().toList();
    }

    /**
     * Takes a whole deletion back, with the tags that went with it and point nowhere now.
     *
     * @return how many manifests and blobs came back
     */
    public int restore(DeletionId deletion) {
        return restoreItems(deletion, true);
    }

    private int restoreItems(DeletionId deletion, boolean withTags) {
        int count = 0;
        long last = 0;
        List<BinItem> some;
        do {
            some = table.of(deletion, last, AT_ONCE);
            for (BinItem item : some) {
                restore(item, withTags);
                last = item.id();
                count++;
            }
        } while (some.size() == AT_ONCE);
        return count;
    }

    private void restore(BinItem item, boolean withTags) {
        switch (item.kind()) {
            case MANIFEST -> {
                List<Tag> tags = withTags ? freeTags(item) : List.of();
                pushes.put(
                        item.repository(),
                        item.digest(),
                        tags,
                        item.mediaType().orElse(MediaType.OCI_MANIFEST),
                        content(item),
                        Pusher.UNBOUND);
            }
            case BLOB -> blobs.restore(item.repository(), item.digest());
        }
        transactions.executeWithoutResult(status -> changes.takeOut(item, false));
    }

    private List<Tag> freeTags(BinItem item) {
        return history.of(item.ending().deletion(), item.repositoryId(), item.digest(), MOST_TAGS).stream()
                .map(HistoryEntry::tag)
                .distinct()
                .filter(tag -> isFree(item.repositoryId(), tag))
                .toList();
    }

    private boolean isFree(long repositoryId, Tag tag) {
        return jdbc.queryForList(
                        "select manifest_id from tag where repository_id = ? and name = ?",
                        Long.class,
                        repositoryId,
                        tag.name())
                .isEmpty();
    }

    private byte[] content(BinItem item) {
        return jdbc
                .queryForList("select content from manifest_content where manifest_id = ?", byte[].class, item.objectId())
                .stream()
                .findFirst()
                .orElseThrow(() -> unknown(item.repository(), item.digest().toString()));
    }

    private static RegistryException unknown(RepositoryName repository, String reference) {
        return new RegistryException(
                Problem.MANIFEST_UNKNOWN,
                "there is nothing that could be taken back",
                Map.of("name", repository.value(), "reference", reference));
    }
}
