package dev.strata.access.rights;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What a grant allows. None of them brings another with it, except {@link #ADMIN}, which brings all. */
public enum Action {
    /** Read manifests, blobs, tags, referrers and the layer cache of a repository, and see its figures. */
    PULL,
    /** Upload blobs, and push manifests and tags. */
    PUSH,
    /** Delete manifests, tags and blobs. */
    DELETE,
    /** Write entries of the layer cache and hold leases, in the scopes that the grant names. */
    CACHE,
    /** Make robots for a repository, and decide on its retention and immutable tags. */
    MAINTAIN,
    /** Everything, everywhere. */
    ADMIN;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** Reads an action as grants and the scopes of tokens write it, such as {@code pull}. */
    public static Optional<Action> of(String word) {
        return Stream.of(values()).filter(action -> action.word.equals(word)).findAny();
    }

    @Override
    public String toString() {
        return word;
    }
}
