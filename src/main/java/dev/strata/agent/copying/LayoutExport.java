package dev.strata.agent.copying;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.strata.agent.AgentException;
import dev.strata.agent.connection.Http;
import dev.strata.agent.images.RepositoryClient;
import dev.strata.agent.images.RepositoryClient.Fetched;
import dev.strata.oci.Descriptor;
import dev.strata.oci.Digest;
import dev.strata.oci.Manifest;
import dev.strata.oci.MediaType;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes what a repository's tags name, and what refers to that, as an image layout: OCI Image Specification,
 * image-layout.md. Nothing is held in memory but manifests and the list of what was written.
 */
public final class LayoutExport {

    private static final String TAG = "org.opencontainers.image.ref.name";
    /** How far indices may lie within each other, and what refers to what refers. */
    private static final int DEEPEST = 6;

    private final RegistryLists lists;
    private final RepositoryClient repository;
    private final RepositoryName name;
    private final Predicate<String> tags;
    private final Set<Digest> done = new HashSet<>();
    private final ArrayNode entries = Http.JSON.createArrayNode();

    /** @param tags which of them */
    public LayoutExport(Http registry, RepositoryClient repository, RepositoryName name, Predicate<String> tags) {
        this.lists = new RegistryLists(registry);
        this.repository = repository;
        this.name = name;
        this.tags = tags;
    }

    /**
     * Writes all of it, and says how much that was.
     *
     * @throws AgentException REGISTRY where the registry cannot be spoken to, or answers other content
     */
    public String to(ImageLayout layout) throws IOException {
        layout.file("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(UTF_8));
        List<String> found = new ArrayList<>();
        if (!lists.tags(name.value(), tag -> {
            if (tags.test(tag)) {
                found.add(tag);
            }
        })) {
            throw new AgentException(AgentException.Outcome.REGISTRY, "there is no repository " + name);
        }
        for (String tag : found) {
            Optional<Fetched> manifest = repository.manifest(Tag.of(tag));
            if (manifest.isPresent()) { // it may have been deleted since
                enter(manifest.get(), Optional.of(tag));
                write(manifest.get(), layout, DEEPEST);
            }
        }
        ObjectNode index = Http.JSON.createObjectNode();
        index.put("schemaVersion", 2).put("mediaType", MediaType.OCI_INDEX.value()).set("manifests", entries);
        layout.file("index.json", Http.JSON.writeValueAsBytes(index));
        layout.end();
        return "%,d tags and %,d manifests of %s".formatted(found.size(), done.size(), name);
    }

    private void enter(Fetched manifest, Optional<String> tag) {
        ObjectNode entry = entries.addObject();
        entry.put("mediaType", MediaType.ofContentType(manifest.type()).value());
        entry.put("digest", manifest.digest().toString());
        entry.put("size", manifest.content().length);
        tag.ifPresent(name -> entry.putObject("annotations").put(TAG, name));
    }

    /** Blobs first: what lies there is whole. */
    private void write(Fetched manifest, ImageLayout layout, int depth) throws IOException {
        if (!done.add(manifest.digest())) {
            return;
        }
        Manifest read = Manifest.parse(manifest.content(), MediaType.ofContentType(manifest.type()));
        for (Descriptor child : read.children()) {
            Optional<Fetched> found = depth == 0 ? Optional.empty() : repository.manifest(child.digest());
            if (found.isPresent()) { // an index may list what is not there
                write(found.get(), layout, depth - 1);
            }
        }
        for (Descriptor blob : read.blobs()) {
            if (!layout.has(blob.digest(), blob.size())) {
                writeBlob(blob, layout);
            }
        }
        if (!layout.has(manifest.digest(), manifest.content().length)) {
            layout.blob(manifest.digest(), manifest.content().length, new ByteArrayInputStream(manifest.content()));
        }
        if (depth > 0) {
            for (Fetched referrer : referrers(manifest.digest())) {
                if (!done.contains(referrer.digest())) {
                    enter(referrer, Optional.empty()); // clients find it by the index alone
                }
                write(referrer, layout, depth - 1);
            }
        }
    }

    private List<Fetched> referrers(Digest subject) {
        List<String> digests = new ArrayList<>();
        lists.referrers(name.value(), subject.toString(), digests::add);
        return digests.stream().flatMap(digest -> repository.manifest(Digest.of(digest)).stream()).toList();
    }

    private void writeBlob(Descriptor blob, ImageLayout layout) throws IOException {
        Optional<InputStream> content = repository.blob(blob.digest());
        if (content.isEmpty()) {
            if (blob.mediaType().isNonDistributable()) {
                return;
            }
            throw new AgentException(AgentException.Outcome.REGISTRY, name + " lacks " + blob.digest());
        }
        try (DigestInputStream hashed =
                new DigestInputStream(content.get(), blob.digest().algorithm().messageDigest())) {
            layout.blob(blob.digest(), blob.size(), hashed);
            if (!Digest.ofBytes(hashed.getMessageDigest().digest()).equals(blob.digest())) {
                throw new AgentException(
                        AgentException.Outcome.REGISTRY, "the registry answers other content for " + blob.digest());
            }
        }
    }
}
