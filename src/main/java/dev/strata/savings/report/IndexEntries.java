package dev.strata.savings.report;

import dev.strata.oci.Descriptor;
import dev.strata.oci.Digest;
import dev.strata.oci.Manifest;
import dev.strata.oci.Problem;
import dev.strata.oci.StrictJson;
import dev.strata.savings.books.ImageParts;
import dev.strata.savings.ledger.Books;
import dev.strata.savings.ledger.CountedImage;
import dev.strata.savings.ledger.Form;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What an index lists: OCI Image Specification, image-index.md. */
final class IndexEntries {

    private static final int MOST_ENTRIES = Form.MOST_ENTRIES;

    private final byte[] content;
    private final Manifest manifest;

    IndexEntries(byte[] content, Manifest manifest) {
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
        Map<Digest, Long> sizes = sizes(books, parts, index);
        List<ImageSavings.Entry> entries = new ArrayList<>();
        for (Descriptor child : manifest.children()) {
            if (entries.size() == MOST_ENTRIES) {
                break;
            }
            Optional<Long> full = Optional.ofNullable(sizes.get(child.digest()));
            entries.add(new ImageSavings.Entry(
                    child.digest(),
                    platform(manifests.path(entries.size()).path("platform")),
                    full.isPresent(),
                    full.orElse(0L)));
        }
        return entries;
    }

    private static Map<Digest, Long> sizes(Books books, ImageParts parts, CountedImage index) {
        Map<Long, Digest> digests = new HashMap<>();
        parts.followed(index).forEach(entry -> digests.put(entry.manifestId(), entry.digest()));
        Map<Digest, Long> sizes = new HashMap<>();
        for (CountedImage child : parts.children(index)) {
            long full = parts.of(child).stream()
                    .mapToLong(part -> books.object(part).size())
                    .sum();
            sizes.put(digests.get(child.key().manifestId()), full);
        }
        return sizes;
    }

    private static Optional<String> platform(JsonNode platform) {
        String text = Stream.of("os", "architecture", "variant")
                .map(field -> platform.path(field).stringValue(""))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("/"));
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }
}
