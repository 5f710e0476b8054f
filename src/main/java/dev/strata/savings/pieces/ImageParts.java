package dev.strata.savings.pieces;

import dev.strata.oci.Digest;
import dev.strata.savings.counted.CountedImage;
import dev.strata.savings.counted.CountedObject;
import dev.strata.savings.counted.Form;
import dev.strata.savings.ledger.Books;
import dev.strata.savings.ledger.References;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** What manifests consist of, as far as their repositories have it: docs/savings.md, "part of an image". */
public final class ImageParts {

    /** How many references are remembered: a few manifests of the largest kind. */
    private static final int MOST_REMEMBERED = 30_000;

    private final Books books;
    private final References table;
    private final Map<Long, List<References.Reference>> remembered = new HashMap<>();
    private int references;

    public ImageParts(Books books, References table) {
        this.books = books;
        this.table = table;
    }

    /** What a manifest names, the configuration and then the layers; nothing of an index that is too large. */
    public List<References.Reference> followed(CountedImage image) {
        if (image.form() == Form.LARGE_INDEX) {
            return List.of();
        }
        long manifestId = image.key().manifestId();
        List<References.Reference> found = remembered.get(manifestId);
        if (found == null) {
            found = table.of(manifestId);
            if (references + found.size() > MOST_REMEMBERED) {
                remembered.clear();
                references = 0;
            }
            remembered.put(manifestId, found);
            references += found.size();
        }
        return found;
    }

    /** The first of what a manifest names. */
    List<References.Reference> first(CountedImage image, int limit) {
        List<References.Reference> found = remembered.get(image.key().manifestId());
        return found == null
                ? table.of(image.key().manifestId(), limit)
                : found.subList(0, Math.min(found.size(), limit));
    }

    /** The same, each digest once. */
    private List<References.Reference> distinct(CountedImage image) {
        Set<Digest> seen = new HashSet<>();
        return followed(image).stream()
                .filter(reference -> seen.add(reference.digest()))
                .toList();
    }

    /**
     * A part of what a manifest names.
     *
     * @param next where the next part begins, empty where this is the last
     */
    record Page(List<References.Reference> references, OptionalLong next) {}

    /** Some of what a manifest names, each digest once in it; what an index lists is there once in all. */
    Page page(CountedImage image, long from, int limit) {
        if (image.form().isIndex()) {
            List<References.Reference> all = distinct(image);
            int begin = (int) Math.min(from, all.size());
            int end = Math.min(all.size(), begin + limit);
            return new Page(all.subList(begin, end), end < all.size() ? OptionalLong.of(end) : OptionalLong.empty());
        }
        List<References.Reference> some = table.of(image.key().manifestId(), from, limit);
        OptionalLong next = some.size() < limit ? OptionalLong.empty() : OptionalLong.of(some.getLast().position() + 1);
        Set<Digest> seen = new HashSet<>();
        return new Page(some.stream().filter(reference -> seen.add(reference.digest())).toList(), next);
    }

    /** The blobs of these references that a repository has, each once. */
    Set<Long> blobs(long repositoryId, List<References.Reference> named) {
        List<Long> blobs = named.stream()
                .map(References.Reference::blobId)
                .filter(id -> id > 0)
                .map(CountedObject::ofBlob)
                .toList();
        books.load(repositoryId, blobs);
        Set<Long> present = new LinkedHashSet<>(blobs);
        present.removeIf(blob -> !books.holding(repositoryId, blob).linked());
        return present;
    }

    /** The blobs that a manifest names itself and its repository has, each once. */
    public Set<Long> blobs(CountedImage image) {
        return blobs(image.key().repositoryId(), followed(image));
    }

    /** The manifests that an index lists and its repository has, as far as they are parts of it. */
    public List<CountedImage> children(CountedImage index) {
        List<CountedImage> children = new ArrayList<>();
        for (References.Reference entry : followed(index)) {
            child(index, entry).ifPresent(children::add);
        }
        return children.stream().distinct().toList();
    }

    /** What an entry of an index stands for, where that is a part of it. */
    Optional<CountedImage> child(CountedImage index, References.Reference entry) {
        return find(index, entry).filter(child -> !child.form().isIndex());
    }

    private Optional<CountedImage> find(CountedImage index, References.Reference entry) {
        return entry.entry() && entry.manifestId() > 0
                ? books.findImage(new CountedImage.Key(index.key().repositoryId(), entry.manifestId()))
                : Optional.empty();
    }

    /** Which of these references a manifest's repository does not have. */
    Set<References.Missing> missing(CountedImage image, List<References.Reference> named) {
        Set<References.Missing> missing = new LinkedHashSet<>();
        for (References.Reference reference : named) {
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
}
