package dev.strata.registry.http;

import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.storage.UploadId;

/** Where things are on this server. */
final class Paths {

    /** What every endpoint begins with; its repository's name follows. */
    static final String PREFIX = "/v2/";

    private Paths() {}

    static String blob(RepositoryName repository, Digest digest) {
        return PREFIX + repository + "/blobs/" + digest;
    }

    static String upload(RepositoryName repository, UploadId id) {
        return PREFIX + repository + "/blobs/uploads/" + id;
    }

    static String manifest(RepositoryName repository, Digest digest) {
        return PREFIX + repository + "/manifests/" + digest;
    }

    static String tags(RepositoryName repository) {
        return PREFIX + repository + "/tags/list";
    }

    static String referrers(RepositoryName repository, Digest subject) {
        return PREFIX + repository + "/referrers/" + subject;
    }
}
