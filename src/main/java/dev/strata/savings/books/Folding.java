package dev.strata.savings.books;

import dev.strata.savings.ledger.Books;
import dev.strata.savings.ledger.Bookshelf;
import dev.strata.savings.ledger.CountedImage;
import dev.strata.savings.ledger.Total;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Folds changes into the figures, as many as one transaction may. */
@Component
class Folding {

    private final ChangeNotes notes;
    private final Bookshelf shelf;
    private final RegistryTruth truth;
    private final Instructions instructions;
    private final Clock clock;

    Folding(ChangeNotes notes, Bookshelf shelf, RegistryTruth truth, Instructions instructions, Clock clock) {
        this.notes = notes;
        this.shelf = shelf;
        this.truth = truth;
        this.instructions = instructions;
        this.clock = clock;
    }

    /** What is needed of the changes and takes too long for the transaction that folds them. */
    Map<CountedImage.Key, List<String>> prepare(List<Note> batch) {
        return instructions.read(batch);
    }

    /**
     * Folds changes in their order until about so many rows were touched; what is left of the last one is kept with it.
     *
     * @return how many of the changes are folded
     */
    @Transactional
    public int fold(List<Note> batch, Map<CountedImage.Key, List<String>> made, int rows) {
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
            Pieces pieces = new Pieces(books, shelf, parts, tree, made, agenda, note.repositoryId());
            new Accounting(books, pieces, agenda, truth, note).begin();
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
