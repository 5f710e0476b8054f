package dev.strata.savings.pieces;

import dev.strata.savings.counted.CountedImage;
import dev.strata.savings.counted.CountedObject;
import dev.strata.savings.counted.Form;
import dev.strata.savings.counted.Holding;
import dev.strata.savings.counted.Total;
import dev.strata.savings.ledger.Books;
import dev.strata.savings.ledger.Bookshelf;
import dev.strata.savings.ledger.References;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What follows for an image itself when its manifest comes or goes. */
final class ImagePieces {

    private static final int PARTS = 200;
    private static final int IMAGES = 50;

    private final Books books;
    private final Bookshelf shelf;
    private final References references;
    private final ImageParts parts;
    private final PartAccounting partAccounting;
    private final LayerTree tree;
    private final Map<CountedImage.Key, List<String>> instructions;
    private final Errand errand;

    ImagePieces(Books books, Bookshelf shelf, ImageParts parts, LayerTree tree, Map<CountedImage.Key, List<String>> instructions, Errand errand) {
        this.books = books;
        this.shelf = shelf;
        this.references = shelf.references();
        this.parts = parts;
        this.partAccounting = new PartAccounting(books);
        this.tree = tree;
        this.instructions = instructions;
        this.errand = errand;
    }

    void survey(Task task) {
        CountedImage image = books.image(errand.key(task.subject()));
        ImageParts.Page page = parts.page(image, task.from(), PARTS);
        Set<Long> blobs = parts.blobs(errand.repositoryId(), page.references());
        if (task.kind() == Task.Kind.SURVEY && !image.form().isIndex()) {
            books.add(Total.EXISTING, spared(task, blobs));
        }
        references.addMissing(image.key(), parts.missing(image, page.references()));
        errand.spend(page.references().size());
        errand.goOn(task, page);
    }

    /** The sizes of those blobs that an image of the repository had before, and nobody uploaded since. */
    private long spared(Task task, Set<Long> blobs) {
        long spared = 0;
        for (long blob : blobs) {
            Holding holding = books.holding(errand.repositoryId(), blob);
            boolean seen = task.from() > 0 && references.isNamedBefore(task.subject(), blob / 2, task.from());
            if (holding.images() > 0 && !holding.uploaded() && !seen) {
                spared += books.object(blob).size();
            }
            if (holding.uploaded()) {
                books.set(holding.withUploaded(false));
            }
        }
        return spared;
    }

    void addParts(Task task) {
        Optional<CountedImage> image = errand.find(task.subject()).filter(CountedImage::isRoot);
        Optional<CountedImage> source = errand.find(task.other());
        if (image.isEmpty() || source.isEmpty()) {
            return;
        }
        List<Long> added = new ArrayList<>();
        if (task.from() == 0) {
            added.add(CountedObject.ofManifest(task.other()));
        }
        ImageParts.Page page = parts.page(source.get(), task.from(), source.get().form().isIndex() ? IMAGES : PARTS);
        added.addAll(parts.blobs(errand.repositoryId(), page.references()));
        partAccounting.add(image.get().key(), added);
        errand.spend(page.references().size() / 10 + added.size());
        errand.goOn(task, page);
        errand.agenda().add(page.references().stream()
                .flatMap(entry -> parts.child(source.get(), entry).stream())
                .map(child -> Task.Kind.ADD_PARTS.of(task.subject(), child.key().manifestId()))
                .toList());
    }

    void removeParts(Task task) {
        errand.find(task.subject()).ifPresent(image -> {
            books.write(); // what is read now was changed just before
            List<Long> some = shelf.parts().of(image.number(), 0, PARTS);
            partAccounting.remove(image.key(), some);
            errand.spend(2 * some.size());
            errand.goOnWhereFull(task, some.size(), PARTS, 0);
        });
    }

    void setToNothing(Task task) {
        errand.find(task.subject()).ifPresent(image -> books.set(image.withSizes(-image.full(), -image.unique())));
    }

    void place(Task task) {
        CountedImage image = books.image(errand.key(task.subject()));
        if (image.form() == Form.IMAGE && image.stackId() == CountedImage.NOT_IN_TREE) {
            List<String> made = instructions.getOrDefault(image.key(), List.of());
            books.set(books.image(image.key()).withStack(tree.add(image, made)));
            errand.spend(LayerTree.DEEPEST);
        }
    }

    void forget(Task task) {
        CountedImage image = books.image(errand.key(task.subject()));
        int cleared = references.clearMissing(image.key(), PARTS);
        errand.spend(cleared);
        if (cleared == PARTS) {
            errand.agenda().add(task);
            return;
        }
        if (image.stackId() != CountedImage.NOT_IN_TREE) {
            tree.remove(image);
            errand.spend(LayerTree.DEEPEST);
        }
        books.remove(books.image(image.key()));
        books.set(books.object(CountedObject.ofManifest(task.subject())).linked(-1));
    }

    /** What a new manifest leads to. */
    void addManifest(CountedImage.Key key, Form form, Task.Kind survey) {
        long manifest = key.manifestId();
        long number = books.next(Total.LAST_IMAGE_NUMBER);
        books.set(books.object(CountedObject.ofManifest(manifest)).linked(1));
        books.add(new CountedImage(key, number, form, 0, 0, 0, 0, CountedImage.NOT_IN_TREE));
        errand.agenda().add(
                survey.of(manifest),
                (form.isIndex() ? Task.Kind.ADOPT : Task.Kind.JOIN_PARENTS).of(manifest),
                Task.Kind.ADD_PARTS.of(manifest, manifest),
                Task.Kind.PLACE.of(manifest));
    }

    /** What it leads to that a manifest is gone. */
    void removeManifest(CountedImage image) {
        long manifest = image.key().manifestId();
        List<Task> next = new ArrayList<>();
        if (image.form().isIndex()) {
            next.add(Task.Kind.RELEASE.of(manifest));
        }
        next.add(Task.Kind.REMOVE_PARTS.of(manifest));
        next.add(Task.Kind.FORGET.of(manifest));
        if (image.parents() > 0) {
            next.add(Task.Kind.LEAVE_PARENTS.of(manifest));
        }
        errand.agenda().add(next);
    }
}
