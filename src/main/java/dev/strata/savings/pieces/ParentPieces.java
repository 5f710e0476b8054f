package dev.strata.savings.pieces;

import dev.strata.savings.counted.CountedImage;
import dev.strata.savings.counted.Form;
import dev.strata.savings.ledger.Books;
import dev.strata.savings.ledger.Bookshelf;
import dev.strata.savings.ledger.References;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What follows between an index and the manifests that it lists: those count as its parts, and not by themselves. */
final class ParentPieces {

    private static final int IMAGES = 50;
    /** Indexes that are looked at in one piece. */
    private static final int CANDIDATES = 200;

    private final Books books;
    private final References references;
    private final ImageParts parts;
    private final Errand errand;

    ParentPieces(Books books, Bookshelf shelf, ImageParts parts, Errand errand) {
        this.books = books;
        this.references = shelf.references();
        this.parts = parts;
        this.errand = errand;
    }

    void joinParents(Task task) {
        References.Missing self = references.missing(References.Missing.Kind.MANIFEST, task.subject());
        List<Long> waiting = references.waitingFor(errand.repositoryId(), self, IMAGES);
        references.removeMissing(errand.keys(waiting), self);
        List<Task> next = new ArrayList<>();
        for (long parent : waiting) {
            CountedImage image = books.image(errand.key(task.subject()));
            become(image, image.withParents(1));
            next.add(Task.Kind.ADD_PARTS.of(parent, task.subject()));
        }
        errand.spend(2 * waiting.size());
        errand.goOnWhereFull(task, waiting.size(), IMAGES, 0);
        errand.agenda().add(next);
    }

    void leaveParents(Task task) {
        References.Naming listing = references.listing(task.subject(), task.from(), IMAGES);
        References.Missing gone = references.missing(References.Missing.Kind.MANIFEST, task.subject());
        List<Task> next = new ArrayList<>();
        books.loadImages(errand.keys(listing.manifests()));
        for (long parent : listing.manifests()) {
            if (errand.find(parent).filter(image -> image.form() == Form.INDEX).isPresent()) {
                references.addMissing(errand.key(parent), Set.of(gone));
                next.add(Task.Kind.REMOVE_PARTS.of(parent));
                next.add(Task.Kind.ADD_PARTS.of(parent, parent));
            }
        }
        errand.spend(listing.size());
        errand.goOnWhereFull(task, listing);
        errand.agenda().add(next);
    }

    void changeChildren(Task task, int change) {
        children(task, books.image(errand.key(task.subject())))
                .forEach(child -> become(child, child.withParents(change)));
    }

    void countParents(Task task) {
        CountedImage index = books.image(errand.key(task.subject())).withForm(Form.INDEX); // it was one, as far as they know
        errand.agenda().add(children(task, index).stream()
                .map(child -> Task.Kind.COUNT_INDEXES.of(child.key().manifestId()))
                .toList());
    }

    /** Some of what an index lists. The rest is put on the agenda. */
    private List<CountedImage> children(Task task, CountedImage index) {
        ImageParts.Page page = parts.page(index, task.from(), IMAGES);
        errand.goOn(task, page);
        errand.spend(page.references().size());
        return page.references().stream()
                .flatMap(entry -> parts.child(index, entry).stream())
                .toList();
    }

    /** While a change is being folded, nothing else changes which indexes there are. */
    void countIndexes(Task task) {
        Optional<CountedImage> image = errand.find(task.subject());
        if (image.isEmpty()) {
            return;
        }
        References.Naming listing = references.listing(task.subject(), task.from(), CANDIDATES);
        books.loadImages(errand.keys(listing.manifests()));
        long counted = task.other()
                + listing.manifests().stream()
                        .filter(parent -> errand.find(parent)
                                .filter(index -> index.form() == Form.INDEX)
                                .isPresent())
                        .count();
        errand.spend(listing.size());
        if (listing.isFull()) {
            errand.agenda().add(new Task(task.kind(), task.subject(), counted, listing.last()));
        } else {
            become(image.get(), image.get().withParents((int) counted - image.get().parents()));
        }
    }

    /** An image starts or ends to count by itself, or goes on. */
    void become(CountedImage before, CountedImage after) {
        books.set(after);
        long manifest = before.key().manifestId();
        if (before.isRoot() && !after.isRoot()) {
            errand.agenda().add(Task.Kind.REMOVE_PARTS.of(manifest));
        } else if (!before.isRoot() && after.isRoot()) {
            errand.agenda().add(Task.Kind.ADD_PARTS.of(manifest, manifest));
        }
    }
}
