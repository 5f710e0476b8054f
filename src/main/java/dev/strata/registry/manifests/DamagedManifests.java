package dev.strata.registry.manifests;

import dev.strata.oci.Digest;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Manifests whose bytes were found to be others than their digests say. */
@Service
public class DamagedManifests {

    private final ManifestTable table;
    private final Manifests manifests;

    DamagedManifests(ManifestTable table, Manifests manifests) {
        this.table = table;
        this.manifests = manifests;
    }

    /** Forgets the bytes of one. It is not found from now on, and the next push of it heals it. */
    @Transactional
    public void forget(Digest digest) {
        table.forgetContent(digest);
        manifests.evict(digest);
    }
}
