package dev.strata.cache.commits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.strata.cache.CacheProperties;
import dev.strata.cache.contents.ContentLists;
import dev.strata.cache.entries.EntryReads;
import dev.strata.cache.layerfiles.CopiedFiles;
import dev.strata.cache.layerfiles.LayerTables;
import dev.strata.cache.layerfiles.ReadLimit;
import dev.strata.cache.layerfiles.StageContents;
import dev.strata.cache.verification.LayerVerifier;
import dev.strata.oci.ChainId;
import dev.strata.oci.Digest;
import dev.strata.step.Content;
import dev.strata.step.Operation;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Entries of steps that copied from a stage, once more by what they copied: so the next stage that ends on the same files
 * has the layer too, however they came about.
 */
@Component
class ContentTwins {

    private static final Logger log = LoggerFactory.getLogger(ContentTwins.class);

    /** Layers that one commit has read, and how many times what is verified at a commit they may have together. */
    private static final int MOST_LISTED = 50;
    private static final int LISTED_AT_ONCE = 4;

    private final EntryReads table;
    private final StageContents stages;
    private final LayerTables tables;
    private final LayerVerifier verifier;
    private final ContentLists contents;
    private final CacheProperties properties;
    /** Layers that were read for their tables of late, whatever came of that. */
    private final Cache<Digest, Boolean> attempted =
            Caffeine.newBuilder().maximumSize(1_000).expireAfterWrite(Duration.ofMinutes(10)).build();

    ContentTwins(
            EntryReads table,
            StageContents stages,
            LayerTables tables,
            LayerVerifier verifier,
            ContentLists contents,
            CacheProperties properties) {
        this.table = table;
        this.stages = stages;
        this.tables = tables;
        this.verifier = verifier;
        this.contents = contents;
        this.properties = properties;
    }

    /**
     * The commit of the same layer for the content. Reads those of the stage's layers for that which nobody has read yet, as
     * far as they are small enough to be verified at a commit.
     *
     * @return empty for a step of another kind, and where it is not certain what it copied
     */
    Optional<Commit> of(Commit commit) {
        Optional<Long> repositoryId = table.repository(commit.repository());
        if (repositoryId.isEmpty()
                || !(commit.step().operation() instanceof Operation.Copy copy)
                || !(copy.content() instanceof Content.OfStage(String stage, List<String> paths))) {
            return Optional.empty();
        }
        List<Commit.StageLayer> layers = commit.stages().getOrDefault(ChainId.of(stage), List.of());
        if (layers.isEmpty()) {
            return Optional.empty();
        }
        var question = new StageContents.Question(
                repositoryId.get(), layers.stream().map(Commit.StageLayer::diffId).toList(), paths);
        Optional<CopiedFiles> copied = find(question);
        if (copied.isEmpty() && areListed(commit, repositoryId.get(), layers)) {
            copied = find(question);
        }
        copied.ifPresent(files -> contents.keep(files.content(), files.outline()));
        return copied.map(files -> commit.copying(files.content()));
    }

    private Optional<CopiedFiles> find(StageContents.Question question) {
        try (ReadLimit limit = stages.limit()) {
            return stages.find(question, limit);
        }
    }

    /** Has the layers read that have no table, and says whether there is one more table then. */
    private boolean areListed(Commit commit, long repositoryId, List<Commit.StageLayer> layers) {
        boolean isAny = false;
        long most = properties.verifyAtCommit().toBytes();
        long left = LISTED_AT_ONCE * most;
        int count = 0;
        for (Commit.StageLayer each : layers.reversed()) {
            boolean isNew = count < MOST_LISTED
                    && each.layer().size() <= Math.min(most, left)
                    && !tables.has(repositoryId, each.diffId())
                    && attempted.asMap().putIfAbsent(each.layer().digest(), true) == null;
            if (isNew) {
                left -= each.layer().size();
                count++;
                try {
                    verifier.list(commit.repository(), each.layer(), each.diffId().algorithm());
                } catch (IOException e) {
                    log.warn("The layer {} of {} cannot be read", each.layer().digest(), commit.repository(), e);
                }
                isAny |= tables.has(repositoryId, each.diffId());
            }
        }
        return isAny;
    }
}
