package dev.strata.registry.manifests;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.strata.json.StrictJson;
import dev.strata.memory.SharedContent;
import dev.strata.oci.Digest;
import dev.strata.oci.Manifest;
import dev.strata.oci.Reference;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.registry.RegistryProperties;
import dev.strata.registry.repositories.Catalog;
import dev.strata.registry.repositories.RepositoryTable;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Service;

/** Manifests as they are pulled. Their bytes never change, so those that are pulled often stay in memory. */
@Service
public class Manifests {

    /** In bytes; most manifests are smaller, and are not counted. */
    private static final long SMALL = 16 * 1024;

    private final ManifestTable manifests;
    private final RepositoryTable repositories;
    private final DocumentMemory memory;
    private final Cache<Digest, byte[]> contents;

    Manifests(
            ManifestTable manifests,
            RepositoryTable repositories,
            RegistryProperties properties,
            DocumentMemory memory) {
        this.manifests = manifests;
        this.repositories = repositories;
        this.memory = memory;
        this.contents = Caffeine.newBuilder()
                .maximumWeight(properties.manifestCache().toBytes())
                .weigher((Digest digest, byte[] content) -> content.length + 256)
                .build();
        memory.whenShort(contents::invalidateAll);
    }

    /**
     * Finds a manifest: OCI Distribution Specification, "Pulling manifests".
     *
     * @throws RegistryException MANIFEST_UNKNOWN, NAME_UNKNOWN
     */
    public StoredManifest get(RepositoryName repository, Reference reference) {
        return find(repository, reference).orElseThrow(() -> unknown(repository, reference));
    }

    Optional<StoredManifest> find(RepositoryName repository, Reference reference) {
        Optional<LinkedManifest> manifest =
                switch (reference) {
                    case Tag(String name) -> manifests.find(repository, name);
                    case Digest digest -> manifests.find(repository, digest);
                };
        return manifest.map(this::stored);
    }

    /** A manifest's bytes, from memory where they are there. */
    StoredManifest stored(LinkedManifest manifest) {
        byte[] content = contents.getIfPresent(manifest.digest());
        long size = content != null ? content.length : manifests.size(manifest.id()).orElse(0);
        if (size > SMALL) {
            content = null; // nobody holds it while they wait
            memory.keep(manifest.digest(), size);
        }
        return new StoredManifest(
                manifest.digest(), manifest.mediaType(), content != null ? content : content(manifest, size));
    }

    private byte[] content(LinkedManifest manifest, long size) {
        if (size <= SMALL) {
            return contents.get(manifest.digest(), digest -> read(manifest));
        }
        // Before the cache's lock, under which nobody waits. The database has the bytes once more meanwhile.
        try (SharedContent.Hold _ = memory.load(manifest.digest(), size)) {
            return contents.get(manifest.digest(), digest -> read(manifest));
        }
    }

    private byte[] read(LinkedManifest manifest) {
        return manifests
                .content(manifest.id())
                .orElseThrow(() -> new RegistryException(
                        Problem.MANIFEST_UNKNOWN,
                        "the manifest was collected, or found damaged; pushing it again brings it back",
                        Map.of("digest", manifest.digest().toString())));
    }

    /** Its bytes are not remembered. */
    void evict(Digest digest) {
        contents.invalidate(digest);
    }

    /** What a manifest says. The caller's request is taken to keep it until it ends. */
    public Manifest read(StoredManifest manifest) {
        try (DocumentMemory.Reading _ = memory.read(StrictJson.memory(manifest.content()))) {
            return Manifest.parse(manifest.content(), manifest.mediaType());
        }
    }

    /** Says that a repository has no such manifest, or that it is not there itself. */
    public RegistryException unknown(RepositoryName repository, Reference reference) {
        if (repositories.findId(repository).isEmpty()) {
            return Catalog.nameUnknown(repository);
        }
        return new RegistryException(
                Problem.MANIFEST_UNKNOWN,
                "the repository has no such manifest",
                Map.of("name", repository.value(), "reference", reference.toString()));
    }
}
