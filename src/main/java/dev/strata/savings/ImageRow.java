package dev.strata.savings;

/**
 * A manifest in a repository.
 *
 * @param number given once and never again
 * @param tags how many name it
 * @param parents how many indexes of the repository it is a part of
 * @param full its full size in bytes, 0 where it is but a part of indexes
 * @param unique the bytes that no other image has
 * @param stackId its place in the layer tree, 0 where it has none
 */
record ImageRow(Key key, long number, Form form, int tags, int parents, long full, long unique, long stackId) {

    record Key(long repositoryId, long manifestId) {}

    /** Whether it is an image in the sense of docs/savings.md, and not but a part of one. */
    boolean isRoot() {
        return tags > 0 || parents == 0;
    }

    /** How many copies there would be of it if nothing were shared. */
    int copies() {
        return isRoot() ? Math.max(1, tags) : 0;
    }

    long shared() {
        return full - unique;
    }

    /** What deleting one of its tags, or itself where it has none, would free. */
    long freed() {
        return tags > 1 ? 0 : unique;
    }

    ImageRow withTags(int change) {
        return new ImageRow(key, number, form, tags + change, parents, full, unique, stackId);
    }

    ImageRow withParents(int change) {
        return new ImageRow(key, number, form, tags, parents + change, full, unique, stackId);
    }

    ImageRow withSizes(long fullChange, long uniqueChange) {
        return new ImageRow(key, number, form, tags, parents, full + fullChange, unique + uniqueChange, stackId);
    }

    ImageRow withStack(long newStackId) {
        return new ImageRow(key, number, form, tags, parents, full, unique, newStackId);
    }
}
