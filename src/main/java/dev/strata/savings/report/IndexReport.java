package dev.strata.savings.report;

import dev.strata.json.StrictJson;
import dev.strata.oci.Descriptor;
import dev.strata.oci.Digest;
import dev.strata.oci.Manifest;
import dev.strata.problem.Problem;
import dev.strata.savings.counted.CountedImage;
import dev.strata.savings.counted.CountedObject;
import dev.strata.savings.counted.Form;
import dev.strata.savings.ledger.Books;
import dev.strata.savings.ledger.References;
import dev.strata.savings.pieces.ImageParts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What an index lists: OCI Image Specification, image-index.md. */
final class IndexReport {

    private static final int MOST_ENTRIES = Form.MOST_ENTRIES;
    /** Of all entries together: what they name is read to add their sizes up. */
    private static final int MOST_REFERENCES = 20_000;

    private final byte[] content;
    private final Manifest manifest;

    IndexReport(byte[] content, Manifest manifest) {
        this.content = content;
        this.manifest = manifest;
    }

    /** Those that are its parts are present; nothing for what is no index. */
    List<ImageSavings.Entry> list(Books books, ImageParts parts, CountedImage index) {
        if (manifest.children().isEmpty()) {
            return List.of();
        }
        JsonNode manifests =
                StrictJson.read(content, "the index", Problem.MANIFEST_INVALID).path("manifests");
        Map<Digest, Optional<Long>> sizes = sizes(books, parts, index);
        List<ImageSavings.Entry> entries = new ArrayList<>();
        for (Descriptor child : manifest.children()) {
            if (entries.size() == MOST_ENTRIES) {
                break;
            }
            boolean present = sizes.containsKey(child.digest());
            entries.add(new ImageSavings.Entry(
                    child.digest(),
                    platform(manifests.path(entries.size()).path("platform")),
                    present,
                    present ? sizes.get(child.digest()) : Optional.of(0L)));
        }
        return entries;
    }

    /** The full sizes of those entries that are parts, as far as they are added up. */
    private static Map<Digest, Optional<Long>> sizes(Books books, ImageParts parts, CountedImage index) {
        Map<Long, Digest> digests = new HashMap<>();
        parts.followed(index).forEach(entry -> digests.put(entry.manifestId(), entry.digest()));
        Map<Digest, Optional<Long>> sizes = new HashMap<>();
        int looks = 0;
        for (CountedImage child : parts.children(index)) {
            Digest digest = digests.get(child.key().manifestId());
            if (child.isRoot()) {
                sizes.put(digest, Optional.of(child.full()));
            } else if (looks < MOST_REFERENCES) {
                looks += parts.followed(child).size();
                long manifest = CountedObject.ofManifest(child.key().manifestId());
                long blobs = parts.blobs(child).stream()
                        .mapToLong(blob -> size(books, blob))
                        .sum();
                sizes.put(digest, Optional.of(size(books, manifest) + blobs));
            } else {
                sizes.put(digest, Optional.empty());
            }
        }
        addBlobs(sizes, books, parts, index);
        return sizes;
    }

    /** A build cache of BuildKit is an index that lists layers. */
    private static void addBlobs(
            Map<Digest, Optional<Long>> sizes, Books books, ImageParts parts, CountedImage index) {
        Set<Long> present = parts.blobs(index);
        for (References.Reference entry : parts.followed(index)) {
            long blob = CountedObject.ofBlob(entry.blobId());
            if (entry.blobId() > 0 && present.contains(blob)) {
                sizes.putIfAbsent(entry.digest(), Optional.of(size(books, blob)));
            }
        }
    }

    private static long size(Books books, long object) {
        return books.findObject(object).map(CountedObject::size).orElse(0L);
    }

    private static Optional<String> platform(JsonNode platform) {
        String text = Stream.of("os", "architecture", "variant")
                .map(field -> platform.path(field).stringValue(""))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("/"));
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }
}
