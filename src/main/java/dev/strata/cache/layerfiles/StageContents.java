package dev.strata.cache.layerfiles;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.strata.memory.MemoryBudget;
import dev.strata.oci.Digest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * What is copied from a stage, by the tables of its layers. Only by those of layers that the repository has, so that
 * nobody learns anything of others; and only where it is certain.
 */
@Component
public class StageContents {

    private static final Logger log = LoggerFactory.getLogger(StageContents.class);

    /** No engine takes an image of more. */
    private static final int MOST_LAYERS = 500;

    private final LayerTables tables;
    private final MemoryBudget memory;
    /** What layers hold never changes. A repository that loses one forgets it after a while. */
    private final Cache<Question, Digest> known =
            Caffeine.newBuilder().maximumSize(1_000).expireAfterWrite(Duration.ofMinutes(10)).build();

    StageContents(LayerTables tables, MemoryBudget memory) {
        this.tables = tables;
        this.memory = memory;
    }

    /**
     * What is asked for.
     *
     * @param repositoryId the repository that has the layers
     * @param layers the diff IDs of the stage's end, the lowest first
     * @param paths the sources as they are written, in their order
     */
    public record Question(long repositoryId, List<Digest> layers, List<String> paths) {

        public Question {
            layers = List.copyOf(layers);
            paths = List.copyOf(paths);
        }
    }

    /** What may be read for one request; to be closed at its end. */
    public ReadLimit limit() {
        return new ReadLimit(memory);
    }

    /** The digest of what is copied; empty where it is not certain what that is. */
    public Optional<Digest> digest(Question question, ReadLimit limit) {
        return Optional.ofNullable(known.getIfPresent(question))
                .or(() -> find(question, limit).map(CopiedFiles::content));
    }

    /** What is copied; empty where that is not certain. */
    public Optional<CopiedFiles> find(Question question, ReadLimit limit) {
        if (question.layers().size() > MOST_LAYERS) {
            return Optional.empty();
        }
        List<LayerTable> found = new ArrayList<>();
        for (Digest layer : question.layers().reversed()) {
            Optional<LayerTable> table = tables.find(question.repositoryId(), layer);
            if (table.isEmpty()) {
                break;
            }
            found.add(table.get());
        }
        try {
            boolean isWhole = found.size() == question.layers().size();
            CopiedFiles files = CopiedFiles.of(new CopySources(found, isWhole, limit).find(question.paths()));
            known.put(question, files.content());
            return Optional.of(files);
        } catch (UnclearFilesException e) {
            log.debug("What {} are in a stage is not certain: {}", question.paths(), e.getMessage());
            return Optional.empty();
        } finally {
            limit.forget();
        }
    }
}
