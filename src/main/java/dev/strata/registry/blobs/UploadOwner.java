package dev.strata.registry.blobs;

import dev.strata.oci.RepositoryName;

/** Who may go on with an upload, as the store keeps it: the repository, and who began it where that is known. */
final class UploadOwner {

    private static final char BETWEEN = ' ';

    private UploadOwner() {}

    /** @param who without a space; empty on a registry without logins */
    static String of(RepositoryName repository, String who) {
        return who.isEmpty() ? repository.value() : repository.value() + BETWEEN + who;
    }

    static RepositoryName repository(String owner) {
        int end = owner.indexOf(BETWEEN);
        return RepositoryName.of(end < 0 ? owner : owner.substring(0, end));
    }
}
