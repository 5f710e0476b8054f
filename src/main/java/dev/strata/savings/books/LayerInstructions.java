package dev.strata.savings.books;

import dev.strata.database.columns.ColumnText;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.savings.counted.CountedImage;
import dev.strata.savings.counted.Form;
import dev.strata.savings.ledger.References;
import dev.strata.savings.ledger.Stacks;
import dev.strata.savings.pieces.LayerTree;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Which instructions made the layers of images. They are read before the transaction that needs them: that takes time. */
@Component
class LayerInstructions {

    private static final Logger log = LoggerFactory.getLogger(LayerInstructions.class);

    /** What identifies an instruction stands at its beginning. */
    private static final int LONGEST = 200;

    private final JdbcTemplate jdbc;
    private final References references;
    private final Stacks stacks;
    private final Configurations configurations;

    LayerInstructions(JdbcTemplate jdbc, References references, Stacks stacks, Configurations configurations) {
        this.jdbc = jdbc;
        this.references = references;
        this.stacks = stacks;
        this.configurations = configurations;
    }

    /** Of those images among the changes whose layers are not all in the layer tree: of each layer, the lowest first. */
    Map<CountedImage.Key, List<String>> read(List<Note> notes) {
        Map<CountedImage.Key, List<String>> found = new HashMap<>();
        for (Note note : notes) {
            boolean maybe = note.kind() == Note.Kind.MANIFEST_PUSHED && note.linked()
                    && note.form().filter(form -> form == Form.IMAGE).isPresent();
            if (maybe || note.kind() == Note.Kind.MANIFEST_COMPARED) {
                try {
                    List<String> made = read(note.repositoryId(), note.subjectId());
                    if (!made.isEmpty()) {
                        found.put(new CountedImage.Key(note.repositoryId(), note.subjectId()), made);
                    }
                } catch (RuntimeException e) {
                    log.warn("What made the layers of the manifest {} cannot be read", note.subjectId(), e);
                }
            }
        }
        return found;
    }

    private List<String> read(long repositoryId, long manifestId) {
        List<References.Reference> named = references.of(manifestId, 1 + LayerTree.DEEPEST);
        List<Digest> chain =
                LayerTree.stacks(LayerTree.layers(named).stream().map(References.Reference::digest).toList());
        List<String> repository =
                jdbc.queryForList("select name from repository where id = ?", String.class, repositoryId);
        if (chain.isEmpty() || repository.isEmpty() || stacks.exists(chain.getLast())) {
            return List.of();
        }
        return configurations
                .find(RepositoryName.of(repository.getFirst()), named.getFirst().digest())
                .map(configuration -> Configurations.ofLayers(configuration, references.count(manifestId) - 1))
                .orElse(List.of())
                .stream()
                .limit(LayerTree.DEEPEST)
                .map(entry -> ColumnText.of(entry.withoutArguments(), LONGEST))
                .toList();
    }
}
