package dev.strata.savings.pieces;

import dev.strata.savings.counted.CountedImage;
import dev.strata.savings.counted.CountedObject;
import dev.strata.savings.counted.Form;
import dev.strata.savings.counted.Holding;
import dev.strata.savings.ledger.Books;
import dev.strata.savings.ledger.Bookshelf;
import dev.strata.savings.ledger.References;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What follows for images when a repository gets a blob or loses it. */
final class BlobPieces {

    private static final int IMAGES = 50;
    /** Manifests of other repositories that name the same are looked at and left alone. */
    private static final int CANDIDATES = 200;

    private final Books books;
    private final Bookshelf shelf;
    private final References references;
    private final PartAccounting partAccounting;
    private final Errand errand;

    BlobPieces(Books books, Bookshelf shelf, Errand errand) {
        this.books = books;
        this.shelf = shelf;
        this.references = shelf.references();
        this.partAccounting = new PartAccounting(books);
        this.errand = errand;
    }

    void offerBlob(Task task) {
        References.Missing blob = references.missing(References.Missing.Kind.BLOB, task.subject());
        List<Long> waiting = references.waitingFor(errand.repositoryId(), blob, IMAGES);
        references.removeMissing(errand.keys(waiting), blob);
        long object = CountedObject.ofBlob(task.subject());
        List<CountedImage> found = errand.find(waiting);
        books.loadParts(found, object);
        List<Task> next = new ArrayList<>();
        for (CountedImage image : found) {
            if (image.parents() > 0) {
                next.add(Task.Kind.GIVE_BLOB.of(task.subject(), image.key().manifestId()));
            } else {
                partAccounting.add(image.key(), List.of(object));
            }
        }
        errand.spend(2 * waiting.size());
        errand.goOnWhereFull(task, waiting.size(), IMAGES, 0);
        errand.agenda().add(next);
    }

    void giveBlob(Task task) {
        Optional<CountedImage> naming = errand.find(task.other());
        if (naming.isEmpty()) {
            return;
        }
        List<Long> blob = List.of(CountedObject.ofBlob(task.subject()));
        if (task.from() == 0 && naming.get().isRoot()) {
            partAccounting.add(naming.get().key(), blob);
        }
        if (naming.get().parents() > 0) {
            References.Naming listing = references.listing(task.other(), task.from(), IMAGES);
            List<CountedImage> parents = errand.find(listing.manifests()).stream()
                    .filter(parent -> parent.form() == Form.INDEX)
                    .toList();
            books.loadParts(parents, blob.getFirst());
            parents.forEach(parent -> partAccounting.add(parent.key(), blob));
            errand.spend(2 * listing.size());
            errand.goOnWhereFull(task, listing);
        }
    }

    void withdrawBlob(Task task) {
        books.write(); // what is read now was changed just before
        long blob = CountedObject.ofBlob(task.subject());
        List<Long> images = shelf.parts().imagesWith(errand.repositoryId(), blob, IMAGES);
        List<CountedImage> found = books.imagesByNumber(images);
        books.loadParts(found, blob);
        found.forEach(image -> partAccounting.remove(image.key(), List.of(blob)));
        errand.spend(2 * images.size());
        errand.goOnWhereFull(task, images.size(), IMAGES, 0);
    }

    void missBlob(Task task) {
        References.Naming naming = references.naming(task.subject(), task.from(), CANDIDATES);
        References.Missing blob = references.missing(References.Missing.Kind.BLOB, task.subject());
        for (CountedImage image : errand.find(naming.manifests())) {
            if (image.form() != Form.LARGE_INDEX) {
                references.addMissing(image.key(), Set.of(blob));
                errand.spend(2);
            }
        }
        errand.spend(naming.size() / 2);
        errand.goOnWhereFull(task, naming);
    }

    /** What it leads to that a repository has a blob from now on. */
    void addBlob(long blobId) {
        setLinked(blobId, true);
        errand.agenda().add(Task.Kind.OFFER_BLOB.of(blobId));
    }

    /** What it leads to that a repository does not have a blob any more. */
    void removeBlob(long blobId) {
        boolean used = books.holding(errand.repositoryId(), CountedObject.ofBlob(blobId)).images() > 0;
        setLinked(blobId, false);
        if (used) {
            errand.agenda().add(Task.Kind.WITHDRAW_BLOB.of(blobId), Task.Kind.MISS_BLOB.of(blobId));
        }
    }

    private void setLinked(long blobId, boolean linked) {
        long blob = CountedObject.ofBlob(blobId);
        Holding holding = books.holding(errand.repositoryId(), blob);
        if (holding.linked() != linked) {
            books.set(holding.withLinked(linked));
            books.set(books.object(blob).linked(linked ? 1 : -1));
        }
    }
}
