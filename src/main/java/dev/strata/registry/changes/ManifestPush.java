package dev.strata.registry.changes;

import dev.strata.oci.Digest;
import dev.strata.oci.Manifest;
import dev.strata.oci.MediaType;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import java.util.List;

/** A manifest that somebody pushes into a repository, under these tags. */
public record ManifestPush(
        RepositoryName repository, Digest digest, MediaType mediaType, byte[] content, List<Tag> tags, Pusher pusher) {

    public Manifest manifest() {
        return Manifest.parse(content, mediaType);
    }
}
