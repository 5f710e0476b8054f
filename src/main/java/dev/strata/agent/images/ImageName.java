package dev.strata.agent.images;

import dev.strata.agent.connection.RegistryAddress;
import dev.strata.oci.Digest;
import dev.strata.oci.Reference;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;

/**
 * The full name of an image, as builders write it: {@code registry/repository:tag} or {@code registry/repository@digest}.
 *
 * @param registry host and port; {@code docker.io} where the name has none
 * @param repository the repository there
 * @param reference the tag or digest; the tag {@code latest} where the name has none
 */
public record ImageName(String registry, RepositoryName repository, Reference reference) {

    private static final String DOCKER_HUB = "docker.io";

    /** @throws dev.strata.problem.RegistryException NAME_INVALID, TAG_INVALID or DIGEST_INVALID */
    public static ImageName of(String text) {
        int at = text.indexOf('@');
        String named = at < 0 ? text : text.substring(0, at);
        int colon = named.indexOf(':', named.lastIndexOf('/') + 1);
        String path = colon < 0 ? named : named.substring(0, colon);
        Reference reference = at >= 0
                ? Digest.of(text.substring(at + 1))
                : Tag.of(colon < 0 ? "latest" : named.substring(colon + 1));
        int slash = path.indexOf('/');
        String host = slash < 0 ? "" : path.substring(0, slash);
        if (host.indexOf('.') >= 0 || host.indexOf(':') >= 0 || host.equals("localhost")) {
            return new ImageName(host, RepositoryName.of(path.substring(slash + 1)), reference);
        }
        return new ImageName(DOCKER_HUB, RepositoryName.of(slash < 0 ? "library/" + path : path), reference);
    }

    public ImageName with(Reference other) {
        return new ImageName(registry, repository, other);
    }

    /** The host that serves the registry's API, which for Docker's own is another one. */
    String host() {
        return registry.equals(DOCKER_HUB) ? RegistryAddress.DOCKER_HUB_HOST : registry;
    }

    @Override
    public String toString() {
        return registry + "/" + repository + (reference instanceof Digest ? "@" : ":") + reference;
    }
}
