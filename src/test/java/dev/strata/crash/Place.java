package dev.strata.crash;

/** Something of a repository that can be asked for. */
record Place(Kind kind, String repository, String name) {

    enum Kind {
        BLOB("blobs/"),
        MANIFEST("manifests/"),
        TAG("manifests/"),
        UPLOAD("blobs/uploads/");

        private final String path;

        Kind(String path) {
            this.path = path;
        }
    }

    static Place blob(String repository, String digest) {
        return new Place(Kind.BLOB, repository, digest);
    }

    static Place manifest(String repository, String digest) {
        return new Place(Kind.MANIFEST, repository, digest);
    }

    static Place tag(String repository, String tag) {
        return new Place(Kind.TAG, repository, tag);
    }

    /** @param location the session's Location, absolute or not */
    static Place upload(String repository, String location) {
        return new Place(Kind.UPLOAD, repository, location.substring(location.lastIndexOf('/') + 1));
    }

    String path() {
        return "/v2/" + repository + "/" + kind.path + name;
    }
}
