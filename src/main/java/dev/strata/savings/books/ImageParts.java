package dev.strata.savings.books;

import dev.strata.savings.ledger.Books;
import dev.strata.savings.ledger.CountedImage;
import dev.strata.savings.ledger.CountedObject;
import dev.strata.savings.ledger.Form;
import dev.strata.savings.ledger.References;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What images consist of, as far as their repositories have it: docs/savings.md, "part of an image". */
public final class ImageParts {

    private final Books books;
    private final References table;
    private final Map<Long, List<References.Reference>> references = new HashMap<>();

    public ImageParts(Books books, References table) {
        this.books = books;
        this.table = table;
    }

    /** The objects that are parts of an image, each once. */
    public Set<Long> of(CountedImage image) {
        Set<Long> parts = new LinkedHashSet<>();
        addOwn(image, parts);
        for (CountedImage child : children(image)) {
            addOwn(child, parts);
        }
        return parts;
    }

    private void addOwn(CountedImage image, Set<Long> parts) {
        parts.add(CountedObject.ofManifest(image.key().manifestId()));
        parts.addAll(blobs(image));
    }

    /** The blobs that a manifest names itself and its repository has, each once. */
    public Set<Long> blobs(CountedImage image) {
        List<Long> blobs = followed(image).stream()
                .map(References.Reference::blobId)
                .filter(id -> id > 0)
                .map(CountedObject::ofBlob)
                .toList();
        long repositoryId = image.key().repositoryId();
        books.load(repositoryId, blobs);
        Set<Long> present = new LinkedHashSet<>(blobs);
        present.removeIf(blob -> !books.holding(repositoryId, blob).linked());
        return present;
    }

    /** The manifests that an index lists and its repository has, as far as they are parts of it. */
    public List<CountedImage> children(CountedImage index) {
        List<CountedImage> children = new ArrayList<>();
        for (References.Reference entry : followed(index)) {
            find(index, entry).filter(child -> !child.form().isIndex()).ifPresent(children::add);
        }
        return children.stream().distinct().toList();
    }

    private Optional<CountedImage> find(CountedImage index, References.Reference entry) {
        return entry.manifestId() > 0
                ? books.findImage(new CountedImage.Key(index.key().repositoryId(), entry.manifestId()))
                : Optional.empty();
    }

    /** What an image names and its repository does not have. */
    public Set<References.Missing> missing(CountedImage image) {
        Set<References.Missing> missing = new LinkedHashSet<>();
        for (References.Reference reference : followed(image)) {
            long blob = CountedObject.ofBlob(reference.blobId());
            if (reference.blobId() == 0 || !books.holding(image.key().repositoryId(), blob).linked()) {
                missing.add(new References.Missing(reference.digest(), References.Missing.Kind.BLOB));
            }
            if (reference.entry() && find(image, reference).isEmpty()) {
                missing.add(new References.Missing(reference.digest(), References.Missing.Kind.MANIFEST));
            }
        }
        return missing;
    }

    /** What an image names, the configuration and then the layers; nothing of an index that is too large. */
    public List<References.Reference> followed(CountedImage image) {
        return image.form() == Form.LARGE_INDEX
                ? List.of()
                : references.computeIfAbsent(image.key().manifestId(), table::of);
    }
}
