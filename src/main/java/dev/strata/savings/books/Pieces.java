package dev.strata.savings.books;

import dev.strata.savings.ledger.Books;
import dev.strata.savings.ledger.Bookshelf;
import dev.strata.savings.ledger.CountedImage;
import dev.strata.savings.ledger.CountedObject;
import dev.strata.savings.ledger.Form;
import dev.strata.savings.ledger.Holding;
import dev.strata.savings.ledger.References;
import dev.strata.savings.ledger.Stack;
import dev.strata.savings.ledger.Total;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Does the tasks of one change. Each touches a bounded number of rows, and after each the figures add up: parts are added
 * to images and taken from them one by one.
 */
final class Pieces {

    private static final int PARTS = 200;
    private static final int IMAGES = 50;
    /** Manifests of other repositories that name the same are looked at and left alone. */
    private static final int CANDIDATES = 200;

    private final Books books;
    private final Bookshelf shelf;
    private final References references;
    private final ImageParts parts;
    private final PartAccounting partAccounting;
    private final LayerTree tree;
    private final Map<CountedImage.Key, List<String>> instructions;
    private final Agenda agenda;
    private final long repositoryId;
    private int cost;

    /** @param instructions what made the layers of images, where that could be read */
    Pieces(
            Books books,
            Bookshelf shelf,
            ImageParts parts,
            LayerTree tree,
            Map<CountedImage.Key, List<String>> instructions,
            Agenda agenda,
            long repositoryId) {
        this.books = books;
        this.shelf = shelf;
        this.references = shelf.references();
        this.parts = parts;
        this.partAccounting = new PartAccounting(books);
        this.tree = tree;
        this.instructions = instructions;
        this.agenda = agenda;
        this.repositoryId = repositoryId;
    }

    /** Does the next task, and says how many rows it touched, more or less. */
    int doNext() {
        cost = 1;
        Task task = agenda.next();
        switch (task.kind()) {
            case SURVEY, SURVEY_AGAIN -> survey(task);
            case JOIN_PARENTS -> joinParents(task);
            case LEAVE_PARENTS -> leaveParents(task);
            case ADOPT, RELEASE -> changeChildren(task, task.kind() == Task.Kind.ADOPT ? 1 : -1);
            case COUNT_PARENTS -> countParents(task);
            case COUNT_INDEXES -> countIndexes(task);
            case ADD_PARTS -> addParts(task);
            case REMOVE_PARTS -> removeParts(task);
            case SET_TO_NOTHING -> setToNothing(task);
            case PLACE -> place(task);
            case FORGET -> forget(task);
            case OFFER_BLOB -> offerBlob(task);
            case GIVE_BLOB -> giveBlob(task);
            case WITHDRAW_BLOB -> withdrawBlob(task);
            case MISS_BLOB -> missBlob(task);
        }
        return cost;
    }

    private CountedImage.Key key(long manifestId) {
        return new CountedImage.Key(repositoryId, manifestId);
    }

    private Optional<CountedImage> find(long manifestId) {
        return books.findImage(key(manifestId));
    }

    private List<CountedImage.Key> keys(List<Long> manifestIds) {
        return manifestIds.stream().map(this::key).toList();
    }

    /** Those of the manifests that the repository has. */
    private List<CountedImage> find(List<Long> manifestIds) {
        books.loadImages(keys(manifestIds));
        return manifestIds.stream().flatMap(id -> find(id).stream()).toList();
    }

    private void goOn(Task task, ImageParts.Page page) {
        page.next().ifPresent(next -> agenda.add(task.goOn(next)));
    }

    private void goOnWhereFull(Task task, int found, int limit, long position) {
        if (found == limit) {
            agenda.add(task.goOn(position));
        }
    }

    private void survey(Task task) {
        CountedImage image = books.image(key(task.subject()));
        ImageParts.Page page = parts.page(image, task.from(), PARTS);
        Set<Long> blobs = parts.blobs(repositoryId, page.references());
        if (task.kind() == Task.Kind.SURVEY && !image.form().isIndex()) {
            books.add(Total.EXISTING, spared(task, blobs));
        }
        references.addMissing(image.key(), parts.missing(image, page.references()));
        cost += page.references().size();
        goOn(task, page);
    }

    /** The sizes of those blobs that an image of the repository had before, and nobody uploaded since. */
    private long spared(Task task, Set<Long> blobs) {
        long spared = 0;
        for (long blob : blobs) {
            Holding holding = books.holding(repositoryId, blob);
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

    private void joinParents(Task task) {
        References.Missing self = references.missing(References.Missing.Kind.MANIFEST, task.subject());
        List<Long> waiting = references.waitingFor(repositoryId, self, IMAGES);
        references.removeMissing(keys(waiting), self);
        List<Task> next = new ArrayList<>();
        for (long parent : waiting) {
            CountedImage image = books.image(key(task.subject()));
            become(image, image.withParents(1));
            next.add(Task.Kind.ADD_PARTS.of(parent, task.subject()));
        }
        cost += 2 * waiting.size();
        goOnWhereFull(task, waiting.size(), IMAGES, 0);
        agenda.add(next);
    }

    private void leaveParents(Task task) {
        List<Long> listing = references.listing(task.subject(), task.from(), IMAGES);
        References.Missing gone = references.missing(References.Missing.Kind.MANIFEST, task.subject());
        List<Task> next = new ArrayList<>();
        books.loadImages(keys(listing));
        for (long parent : listing) {
            if (find(parent).filter(image -> image.form() == Form.INDEX).isPresent()) {
                references.addMissing(key(parent), Set.of(gone));
                next.add(Task.Kind.REMOVE_PARTS.of(parent));
                next.add(Task.Kind.ADD_PARTS.of(parent, parent));
            }
        }
        cost += listing.size();
        goOnWhereFull(task, listing.size(), IMAGES, listing.isEmpty() ? 0 : listing.getLast());
        agenda.add(next);
    }

    private void changeChildren(Task task, int change) {
        children(task, books.image(key(task.subject())))
                .forEach(child -> become(child, child.withParents(change)));
    }

    private void countParents(Task task) {
        CountedImage index = books.image(key(task.subject())).withForm(Form.INDEX); // it was one, as far as they know
        agenda.add(children(task, index).stream()
                .map(child -> Task.Kind.COUNT_INDEXES.of(child.key().manifestId()))
                .toList());
    }

    /** Some of what an index lists. The rest is put on the agenda. */
    private List<CountedImage> children(Task task, CountedImage index) {
        ImageParts.Page page = parts.page(index, task.from(), IMAGES);
        goOn(task, page);
        cost += page.references().size();
        return page.references().stream()
                .flatMap(entry -> parts.child(index, entry).stream())
                .toList();
    }

    /** While a change is being folded, nothing else changes which indexes there are. */
    private void countIndexes(Task task) {
        Optional<CountedImage> image = find(task.subject());
        if (image.isEmpty()) {
            return;
        }
        List<Long> listing = references.listing(task.subject(), task.from(), CANDIDATES);
        long counted = task.other()
                + find(listing).stream().filter(parent -> parent.form() == Form.INDEX).count();
        cost += listing.size();
        if (listing.size() == CANDIDATES) {
            agenda.add(new Task(task.kind(), task.subject(), counted, listing.getLast()));
        } else {
            become(image.get(), image.get().withParents((int) counted - image.get().parents()));
        }
    }

    /** An image starts or ends to count by itself, or goes on. */
    void become(CountedImage before, CountedImage after) {
        books.set(after);
        long manifest = before.key().manifestId();
        if (before.isRoot() && !after.isRoot()) {
            agenda.add(Task.Kind.REMOVE_PARTS.of(manifest));
        } else if (!before.isRoot() && after.isRoot()) {
            agenda.add(Task.Kind.ADD_PARTS.of(manifest, manifest));
        }
    }

    private void addParts(Task task) {
        Optional<CountedImage> image = find(task.subject()).filter(CountedImage::isRoot);
        Optional<CountedImage> source = find(task.other());
        if (image.isEmpty() || source.isEmpty()) {
            return;
        }
        List<Long> added = new ArrayList<>();
        if (task.from() == 0) {
            added.add(CountedObject.ofManifest(task.other()));
        }
        ImageParts.Page page = parts.page(source.get(), task.from(), source.get().form().isIndex() ? IMAGES : PARTS);
        added.addAll(parts.blobs(repositoryId, page.references()));
        partAccounting.add(image.get().key(), added);
        cost += page.references().size() / 10 + added.size();
        goOn(task, page);
        agenda.add(page.references().stream()
                .flatMap(entry -> parts.child(source.get(), entry).stream())
                .map(child -> Task.Kind.ADD_PARTS.of(task.subject(), child.key().manifestId()))
                .toList());
    }

    private void removeParts(Task task) {
        find(task.subject()).ifPresent(image -> {
            books.write(); // what is read now was changed just before
            List<Long> some = shelf.parts().of(image.number(), 0, PARTS);
            partAccounting.remove(image.key(), some);
            cost += 2 * some.size();
            goOnWhereFull(task, some.size(), PARTS, 0);
        });
    }

    private void setToNothing(Task task) {
        find(task.subject()).ifPresent(image -> books.set(image.withSizes(-image.full(), -image.unique())));
    }

    private void place(Task task) {
        CountedImage image = books.image(key(task.subject()));
        if (image.form() == Form.IMAGE && image.stackId() == CountedImage.NOT_IN_TREE) {
            List<String> made = instructions.getOrDefault(image.key(), List.of());
            books.set(books.image(image.key()).withStack(tree.add(image, made)));
            cost += LayerTree.DEEPEST;
        }
    }

    private void forget(Task task) {
        CountedImage image = books.image(key(task.subject()));
        int cleared = references.clearMissing(image.key(), PARTS);
        cost += cleared;
        if (cleared == PARTS) {
            agenda.add(task);
            return;
        }
        if (image.stackId() != CountedImage.NOT_IN_TREE) {
            tree.remove(image);
            cost += LayerTree.DEEPEST;
        }
        books.remove(books.image(image.key()));
        books.set(books.object(CountedObject.ofManifest(task.subject())).linked(-1));
    }

    private void offerBlob(Task task) {
        References.Missing blob = references.missing(References.Missing.Kind.BLOB, task.subject());
        List<Long> waiting = references.waitingFor(repositoryId, blob, IMAGES);
        references.removeMissing(keys(waiting), blob);
        long object = CountedObject.ofBlob(task.subject());
        List<CountedImage> found = find(waiting);
        books.loadParts(found, object);
        List<Task> next = new ArrayList<>();
        for (CountedImage image : found) {
            if (image.parents() > 0) {
                next.add(Task.Kind.GIVE_BLOB.of(task.subject(), image.key().manifestId()));
            } else {
                partAccounting.add(image.key(), List.of(object));
            }
        }
        cost += 2 * waiting.size();
        goOnWhereFull(task, waiting.size(), IMAGES, 0);
        agenda.add(next);
    }

    private void giveBlob(Task task) {
        Optional<CountedImage> naming = find(task.other());
        if (naming.isEmpty()) {
            return;
        }
        List<Long> blob = List.of(CountedObject.ofBlob(task.subject()));
        if (task.from() == 0 && naming.get().isRoot()) {
            partAccounting.add(naming.get().key(), blob);
        }
        if (naming.get().parents() > 0) {
            List<Long> listing = references.listing(task.other(), task.from(), IMAGES);
            List<CountedImage> parents = find(listing).stream()
                    .filter(parent -> parent.form() == Form.INDEX)
                    .toList();
            books.loadParts(parents, blob.getFirst());
            parents.forEach(parent -> partAccounting.add(parent.key(), blob));
            cost += 2 * listing.size();
            goOnWhereFull(task, listing.size(), IMAGES, listing.isEmpty() ? 0 : listing.getLast());
        }
    }

    private void withdrawBlob(Task task) {
        books.write(); // what is read now was changed just before
        long blob = CountedObject.ofBlob(task.subject());
        List<Long> images = shelf.parts().imagesWith(repositoryId, blob, IMAGES);
        List<CountedImage> found = books.imagesByNumber(images);
        books.loadParts(found, blob);
        found.forEach(image -> partAccounting.remove(image.key(), List.of(blob)));
        cost += 2 * images.size();
        goOnWhereFull(task, images.size(), IMAGES, 0);
    }

    private void missBlob(Task task) {
        List<Long> naming = references.naming(task.subject(), task.from(), CANDIDATES);
        References.Missing blob = references.missing(References.Missing.Kind.BLOB, task.subject());
        for (CountedImage image : find(naming)) {
            if (image.form() != Form.LARGE_INDEX) {
                references.addMissing(image.key(), Set.of(blob));
                cost += 2;
            }
        }
        cost += naming.size() / 2;
        goOnWhereFull(task, naming.size(), CANDIDATES, naming.isEmpty() ? 0 : naming.getLast());
    }

    /** What a new manifest leads to. */
    void addManifest(CountedImage.Key key, Form form, Task.Kind survey) {
        long manifest = key.manifestId();
        long number = books.next(Total.LAST_IMAGE_NUMBER);
        books.set(books.object(CountedObject.ofManifest(manifest)).linked(1));
        books.add(new CountedImage(key, number, form, 0, 0, 0, 0, CountedImage.NOT_IN_TREE));
        agenda.add(
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
        agenda.add(next);
    }

    /** What it leads to that a repository has a blob from now on. */
    void addBlob(long blobId) {
        setLinked(blobId, true);
        agenda.add(Task.Kind.OFFER_BLOB.of(blobId));
    }

    /** What it leads to that a repository does not have a blob any more. */
    void removeBlob(long blobId) {
        boolean used = books.holding(repositoryId, CountedObject.ofBlob(blobId)).images() > 0;
        setLinked(blobId, false);
        if (used) {
            agenda.add(Task.Kind.WITHDRAW_BLOB.of(blobId), Task.Kind.MISS_BLOB.of(blobId));
        }
    }

    private void setLinked(long blobId, boolean linked) {
        long blob = CountedObject.ofBlob(blobId);
        Holding holding = books.holding(repositoryId, blob);
        if (holding.linked() != linked) {
            books.set(holding.withLinked(linked));
            books.set(books.object(blob).linked(linked ? 1 : -1));
        }
    }
}
