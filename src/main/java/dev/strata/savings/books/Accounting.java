package dev.strata.savings.books;

import dev.strata.savings.ledger.Books;
import dev.strata.savings.ledger.CountedImage;
import dev.strata.savings.ledger.CountedObject;
import dev.strata.savings.ledger.Form;
import dev.strata.savings.ledger.Holding;
import dev.strata.savings.ledger.References;
import dev.strata.savings.ledger.Stack;
import dev.strata.savings.ledger.Total;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Folds changes into the books, in their order.
 *
 * <p>What a change does to an image as a whole, to what it consists of or to whether it counts at all, is folded by
 * taking the image out of the books as it was and bringing it back as it is. That costs as many rows as the image has
 * parts, which a push of it has cost before.
 */
final class Accounting {

    private final Books books;
    private final ImageParts parts;
    private final References references;
    private final LayerTree tree;

    Accounting(Books books, ImageParts parts, References references, LayerTree tree) {
        this.books = books;
        this.parts = parts;
        this.references = references;
        this.tree = tree;
    }

    void fold(Note note) {
        switch (note.kind()) {
            case BLOB_LINKED -> linkBlob(note);
            case BLOB_UNLINKED -> unlinkBlob(note.repositoryId(), note.subjectId());
            case MANIFEST_PUSHED -> pushManifest(note);
            case MANIFEST_DELETED -> deleteManifest(key(note, note.subjectId()));
            case TAG_MOVED -> {
                note.earlierId().ifPresent(earlier -> tag(key(note, earlier), -1));
                tag(key(note, note.subjectId()), 1);
            }
            case TAG_DELETED -> tag(key(note, note.subjectId()), -1);
        }
    }

    private static CountedImage.Key key(Note note, long manifestId) {
        return new CountedImage.Key(note.repositoryId(), manifestId);
    }

    private void linkBlob(Note note) {
        long blob = CountedObject.ofBlob(note.subjectId());
        if (note.stored()) {
            books.add(CountedObject.of(blob, note.size()));
        }
        if (!note.linked()) {
            if (note.way() == Note.Way.UPLOADED) {
                books.add(Total.UPLOADED_AGAIN, note.size());
                setUploaded(note.repositoryId(), blob, true);
            }
            return;
        }
        switch (note.way()) {
            case UPLOADED -> books.add(Total.UPLOADED, note.size());
            case MOUNTED -> books.add(Total.MOUNTED, note.size());
            case UNKNOWN -> {}
        }
        List<CountedImage> waiting = references.waitingForBlob(note.repositoryId(), note.subjectId()).stream()
                .map(manifestId -> books.image(key(note, manifestId)))
                .toList();
        setLinked(note.repositoryId(), blob, true, waiting);
        setUploaded(note.repositoryId(), blob, note.way() == Note.Way.UPLOADED);
    }

    private void setUploaded(long repositoryId, long blob, boolean uploaded) {
        Holding holding = books.holding(repositoryId, blob);
        if (holding.uploaded() != uploaded) {
            books.set(holding.withUploaded(uploaded));
        }
    }

    private void unlinkBlob(long repositoryId, long blobId) {
        long blob = CountedObject.ofBlob(blobId);
        List<CountedImage> naming = List.of();
        if (books.holding(repositoryId, blob).images() > 0) {
            naming = find(repositoryId, references.naming(blobId));
        }
        setLinked(repositoryId, blob, false, naming);
    }

    private void setLinked(long repositoryId, long blob, boolean linked, List<CountedImage> naming) {
        Set<CountedImage.Key> affected = roots(naming);
        affected.forEach(this::leave);
        Holding holding = books.holding(repositoryId, blob);
        books.set(holding.withLinked(linked));
        books.set(books.object(blob).linked(linked ? 1 : -1));
        naming.forEach(image -> references.setMissing(image.key(), parts.missing(image)));
        affected.forEach(this::enter);
    }

    private void pushManifest(Note note) {
        long manifest = CountedObject.ofManifest(note.subjectId());
        if (note.stored()) {
            books.add(CountedObject.of(manifest, note.size()));
        }
        if (!note.linked()) {
            return;
        }
        CountedImage.Key key = key(note, note.subjectId());
        Form form = note.form().orElseThrow();
        List<CountedImage.Key> parents = form.isIndex()
                ? List.of()
                : references.waitingForManifest(note.repositoryId(), note.subjectId()).stream()
                        .map(parent -> key(note, parent))
                        .toList();
        long number = books.next(Total.LAST_IMAGE_NUMBER);
        CountedImage image = new CountedImage(key, number, form, 0, parents.size(), 0, 0, Stack.ROOT);
        if (note.way() != Note.Way.UNKNOWN && !form.isIndex()) {
            books.add(Total.EXISTING, spared(image));
        }
        parents.forEach(this::leave);
        books.set(books.object(manifest).linked(1));
        books.add(image);
        references.addMissing(key, parts.missing(image));
        parts.children(image).forEach(child -> setParents(child.key(), 1));
        enter(key);
        for (CountedImage.Key parent : parents) {
            references.setMissing(parent, parts.missing(books.image(parent)));
            enter(parent);
        }
        if (form == Form.IMAGE) {
            books.set(books.image(key).withStack(tree.add(image)));
        }
    }

    /** The sizes of the blobs that an image of the repository had before, and nobody uploaded since. */
    private long spared(CountedImage image) {
        long repositoryId = image.key().repositoryId();
        long spared = 0;
        for (long part : parts.blobs(image)) {
            Holding holding = books.holding(repositoryId, part);
            if (holding.images() > 0 && !holding.uploaded()) {
                spared += books.object(part).size();
            }
            setUploaded(repositoryId, part, false);
        }
        return spared;
    }

    private void deleteManifest(CountedImage.Key key) {
        CountedImage image = books.image(key);
        Set<CountedImage.Key> parents = parents(image);
        leave(key);
        parents.forEach(this::leave);
        List<CountedImage> children = parts.children(image);
        if (image.form() == Form.IMAGE) {
            tree.remove(image);
        }
        books.remove(books.image(key));
        references.clearMissing(key);
        books.set(books.object(CountedObject.ofManifest(key.manifestId())).linked(-1));
        children.forEach(child -> setParents(child.key(), -1));
        for (CountedImage.Key parent : parents) {
            references.setMissing(parent, parts.missing(books.image(parent)));
            enter(parent);
        }
    }

    private void tag(CountedImage.Key key, int change) {
        CountedImage image = books.image(key);
        become(image, image.withTags(change));
    }

    private void setParents(CountedImage.Key key, int change) {
        CountedImage image = books.image(key);
        become(image, image.withParents(change));
    }

    /** An image starts or ends to count by itself, or goes on. */
    private void become(CountedImage before, CountedImage after) {
        if (before.isRoot() == after.isRoot()) {
            books.set(after);
        } else if (before.isRoot()) {
            leave(before.key());
            CountedImage left = books.image(before.key());
            books.set(new CountedImage(
                    left.key(), left.number(), left.form(), after.tags(), after.parents(), 0, 0, left.stackId()));
        } else {
            books.set(after);
            enter(before.key());
        }
    }

    /** The images that these manifests are, or are parts of. */
    private Set<CountedImage.Key> roots(List<CountedImage> manifests) {
        Set<CountedImage.Key> roots = new LinkedHashSet<>();
        for (CountedImage manifest : manifests) {
            if (manifest.isRoot()) {
                roots.add(manifest.key());
            }
            roots.addAll(parents(manifest));
        }
        return roots;
    }

    private Set<CountedImage.Key> parents(CountedImage image) {
        if (image.parents() == 0) {
            return Set.of();
        }
        return find(image.key().repositoryId(), references.listing(image.key().manifestId())).stream()
                .filter(listing -> listing.form() == Form.INDEX)
                .map(CountedImage::key)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Those of the manifests that a repository has. */
    private List<CountedImage> find(long repositoryId, List<Long> manifestIds) {
        return manifestIds.stream()
                .map(manifestId -> books.findImage(new CountedImage.Key(repositoryId, manifestId)))
                .flatMap(Optional::stream)
                .toList();
    }

    /** Takes an image's parts out of the books, where it counts by itself. */
    private void leave(CountedImage.Key key) {
        CountedImage image = books.image(key);
        if (image.isRoot()) {
            parts.of(image).forEach(part -> remove(key, part));
        }
    }

    /** Brings an image's parts into the books, where it counts by itself. */
    private void enter(CountedImage.Key key) {
        CountedImage image = books.image(key);
        if (image.isRoot()) {
            parts.of(image).forEach(part -> add(key, part));
        }
    }

    private void add(CountedImage.Key key, long part) {
        CountedImage image = books.image(key);
        CountedObject object = books.object(part);
        long size = object.size();
        if (object.images() == 1) {
            books.set(books.imageByNumber(object.imageSum()).withSizes(0, -size));
        }
        books.set(books.image(key).withSizes(size, object.images() == 0 ? size : 0));
        Holding holding = books.holding(key.repositoryId(), part);
        CountedObject held = object.partOf(image, 1);
        if (holding.images() == 0) {
            if (object.repositories() == 1) {
                books.set(books.repository(object.repositorySum()).withSizes(0, -size));
            }
            books.set(books.repository(key.repositoryId())
                    .withSizes(size, object.repositories() == 0 ? size : 0));
            held = held.inRepository(key.repositoryId(), 1);
        }
        books.set(holding.withImages(1));
        books.set(held);
    }

    private void remove(CountedImage.Key key, long part) {
        CountedImage image = books.image(key);
        CountedObject object = books.object(part);
        long size = object.size();
        CountedObject left = object.partOf(image, -1);
        books.set(image.withSizes(-size, object.images() == 1 ? -size : 0));
        if (left.images() == 1) {
            books.set(books.imageByNumber(left.imageSum()).withSizes(0, size));
        }
        Holding holding = books.holding(key.repositoryId(), part);
        if (holding.images() == 1) {
            left = left.inRepository(key.repositoryId(), -1);
            books.set(books.repository(key.repositoryId())
                    .withSizes(-size, object.repositories() == 1 ? -size : 0));
            if (left.repositories() == 1) {
                books.set(books.repository(left.repositorySum()).withSizes(0, size));
            }
        }
        books.set(holding.withImages(-1));
        books.set(left);
    }
}
