package dev.strata.crash;

import dev.strata.model.Answer;
import dev.strata.model.Digests;
import dev.strata.model.RegistryCalls;
import java.io.IOException;
import java.util.Optional;

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

    /** What the registry has here now, by its digest. */
    Optional<String> look(RegistryCalls calls) throws IOException {
        Answer answer = calls.get(path());
        if (kind == Kind.UPLOAD) {
            return answer.expect(204, 404).status() == 204 ? Ledger.OPEN : Ledger.NOTHING;
        }
        if (answer.expect(200, 404).status() == 404) {
            return Ledger.NOTHING;
        }
        String digest = Digests.sha256(answer.body());
        if (!answer.header("Docker-Content-Digest").equals(digest)) {
            throw new AssertionError("The bytes have the digest " + digest + ": " + answer);
        }
        return Optional.of(digest);
    }
}
