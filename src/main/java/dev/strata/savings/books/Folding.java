package dev.strata.savings.books;

import dev.strata.registry.manifests.DocumentMemory;
import dev.strata.savings.counted.CountedImage;
import dev.strata.savings.counted.Total;
import dev.strata.savings.ledger.Books;
import dev.strata.savings.ledger.Bookshelf;
import dev.strata.savings.pieces.Agenda;
import dev.strata.savings.pieces.ImageParts;
import dev.strata.savings.pieces.LayerTree;
import dev.strata.savings.pieces.Pieces;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Folds changes into the figures, as many as one transaction may. */
@Component
class Folding {

    private final WriterFence fence;
    private final ChangeNotes notes;
    private final Bookshelf shelf;
    private final RegistryTruth truth;
    private final LayerInstructions instructions;
    private final DocumentMemory memory;
    private final Clock clock;

    Folding(
            WriterFence fence,
            ChangeNotes notes,
            Bookshelf shelf,
            RegistryTruth truth,
            LayerInstructions instructions,
            DocumentMemory memory,
            Clock clock) {
        this.fence = fence;
        this.notes = notes;
        this.shelf = shelf;
        this.truth = truth;
        this.instructions = instructions;
        this.memory = memory;
        this.clock = clock;
    }

    /**
     * What is read from manifests and configurations, of which each may have to wait for memory.
     *
     * @param made what made the layers of images
     * @param registered what the registry has of the manifests that are to be compared
     */
    record Prepared(
            Map<CountedImage.Key, List<String>> made, Map<CountedImage.Key, RegistryTruth.Manifest> registered) {}

    /** What is needed of the changes and takes too long for the transaction that folds them. */
    Prepared prepare(List<Note> batch) {
        // An answer that folds changes before it is given needs nothing of this itself.
        return memory.apart(() -> new Prepared(instructions.read(batch), registered(batch)));
    }

    private Map<CountedImage.Key, RegistryTruth.Manifest> registered(List<Note> batch) {
        Map<CountedImage.Key, RegistryTruth.Manifest> registered = new HashMap<>();
        for (Note note : batch) {
            if (note.kind() == Note.Kind.MANIFEST_COMPARED && note.agenda().isEmpty()) {
                CountedImage.Key key = new CountedImage.Key(note.repositoryId(), note.subjectId());
                truth.manifest(key).ifPresent(manifest -> registered.put(key, manifest));
            }
        }
        return registered;
    }

    /**
     * Folds changes in their order until about so many rows were touched; what is left of the last one is kept with it.
     *
     * @param before where the fence stood before the changes were read
     * @return how many of the changes are folded
     * @throws WriterFence.PassedException where another process may have folded them
     */
    @Transactional
    public int fold(List<Note> batch, Prepared prepared, int rows, long before) {
        fence.pass(before);
        Books books = shelf.open();
        if (books.amount(Total.COUNTED_SINCE) == 0) {
            books.add(Total.COUNTED_SINCE, clock.millis());
        }
        ImageParts parts = new ImageParts(books, shelf.references());
        LayerTree tree = new LayerTree(books, parts);
        List<Note> folded = new ArrayList<>();
        int touched = 0;
        for (Note note : batch) {
            Agenda agenda = new Agenda();
            Pieces pieces = new Pieces(books, shelf, parts, tree, prepared.made(), agenda, note.repositoryId());
            new Accounting(books, pieces, agenda, truth, prepared.registered(), note).begin();
            touched++;
            boolean moved = false; // one step at least, whatever the pace
            while (!agenda.isEmpty() && (touched < rows || !moved)) {
                touched += pieces.doNext();
                moved = true;
            }
            if (!agenda.isEmpty()) {
                notes.keep(note, agenda);
                break;
            }
            folded.add(note);
            if (touched >= rows) {
                break;
            }
        }
        books.write();
        notes.delete(folded);
        return folded.size();
    }
}
