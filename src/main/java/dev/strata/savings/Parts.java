package dev.strata.savings;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What images consist of, as far as their repositories have it: docs/savings.md, "part of an image". */
final class Parts {

    private final Books books;
    private final ReferenceTable table;
    private final Map<Long, List<ReferenceTable.Reference>> references = new HashMap<>();

    Parts(Books books, ReferenceTable table) {
        this.books = books;
        this.table = table;
    }

    /** The objects that are parts of an image, each once. */
    Set<Long> of(ImageRow image) {
        Set<Long> parts = new LinkedHashSet<>();
        addOwn(image, parts);
        for (ImageRow child : children(image)) {
            addOwn(child, parts);
        }
        return parts;
    }

    private void addOwn(ImageRow image, Set<Long> parts) {
        parts.add(ObjectRow.ofManifest(image.key().manifestId()));
        parts.addAll(blobs(image));
    }

    /** The blobs that a manifest names itself and its repository has, each once. */
    Set<Long> blobs(ImageRow image) {
        List<Long> blobs = followed(image).stream()
                .map(ReferenceTable.Reference::blobId)
                .filter(id -> id > 0)
                .map(ObjectRow::ofBlob)
                .toList();
        long repositoryId = image.key().repositoryId();
        books.load(repositoryId, blobs);
        Set<Long> present = new LinkedHashSet<>(blobs);
        present.removeIf(blob -> !books.holding(repositoryId, blob).linked());
        return present;
    }

    /** The manifests that an index lists and its repository has, as far as they are parts of it. */
    List<ImageRow> children(ImageRow index) {
        List<ImageRow> children = new ArrayList<>();
        for (ReferenceTable.Reference entry : followed(index)) {
            find(index, entry).filter(child -> !child.form().isIndex()).ifPresent(children::add);
        }
        return children.stream().distinct().toList();
    }

    private Optional<ImageRow> find(ImageRow index, ReferenceTable.Reference entry) {
        return entry.manifestId() > 0
                ? books.findImage(new ImageRow.Key(index.key().repositoryId(), entry.manifestId()))
                : Optional.empty();
    }

    /** What an image names and its repository does not have. */
    Set<ReferenceTable.Missing> missing(ImageRow image) {
        Set<ReferenceTable.Missing> missing = new LinkedHashSet<>();
        for (ReferenceTable.Reference reference : followed(image)) {
            long blob = ObjectRow.ofBlob(reference.blobId());
            if (reference.blobId() == 0 || !books.holding(image.key().repositoryId(), blob).linked()) {
                missing.add(new ReferenceTable.Missing(reference.digest(), ReferenceTable.Missing.Kind.BLOB));
            }
            if (reference.entry() && find(image, reference).isEmpty()) {
                missing.add(new ReferenceTable.Missing(reference.digest(), ReferenceTable.Missing.Kind.MANIFEST));
            }
        }
        return missing;
    }

    /** What an image names, the configuration and then the layers; nothing of an index that is too large. */
    List<ReferenceTable.Reference> followed(ImageRow image) {
        return image.form() == Form.LARGE_INDEX
                ? List.of()
                : references.computeIfAbsent(image.key().manifestId(), table::of);
    }
}
